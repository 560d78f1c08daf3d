/* Keys of the whole page: undo and redo. In a text field they belong to the field. */
import { redo, undo } from './store/state';

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && !['range', 'checkbox', 'radio', 'button'].includes(target.type);
}

export function listenToKeys(): void {
  window.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || isTyping(event.target)) return;
    const key = event.key.toLowerCase();
    if (key !== 'z' && key !== 'y') return;
    event.preventDefault();
    if (document.querySelector('dialog[open]')) return; // what it says is of the levers as they stand
    if (key === 'y' || event.shiftKey) redo();
    else undo();
  });
}
