/* Width of an element, kept current. On paper it is that of the page: charts are drawn anew before they are printed, since one drawn for a wide
 * window and made smaller has letters too small to read. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/* Gives the page the width of paper while it is printed (.paper, base.css), before the charts measure: listeners that capture come first. */
export function followPaper(): void {
  const paper = (on: boolean) => (): void => void document.documentElement.classList.toggle('paper', on);
  addEventListener('beforeprint', paper(true), { capture: true });
  addEventListener('afterprint', paper(false), { capture: true });
}

export function useWidth(ref: RefObject<HTMLElement>, before = 640): number {
  const [width, setWidth] = useState(before);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const measure = (): void => {
      const now = Math.round(element.getBoundingClientRect().width);
      if (now > 0) setWidth(now);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    addEventListener('beforeprint', measure);
    addEventListener('afterprint', measure);
    return () => {
      observer.disconnect();
      removeEventListener('beforeprint', measure);
      removeEventListener('afterprint', measure);
    };
  }, [ref]);
  return width;
}
