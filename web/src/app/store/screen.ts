/* What depends on the screen: whether it is narrow (levers in a drawer), and the drawer. */
import { signal } from '@preact/signals';

const narrow = window.matchMedia('(max-width: 60rem)');

export const isNarrow = signal(narrow.matches);
export const drawerOpen = signal(false);

narrow.addEventListener('change', () => {
  isNarrow.value = narrow.matches;
  drawerOpen.value = false;
});
