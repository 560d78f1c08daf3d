/* What a figure shows, as one SVG that stands alone: charts are copied with their computed styles as attributes, and the texts, boxes and borders
 * around them (legends, heat tables) are drawn at their places. Nothing is fetched; no stylesheet is needed. */

import { textWidth } from './time_layout';

const space = 'http://www.w3.org/2000/svg';
const properties = [
  'fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin', 'stroke-opacity', 'opacity',
  'font-family', 'font-size', 'font-weight', 'text-anchor', 'dominant-baseline', 'visibility', 'paint-order', 'mix-blend-mode',
];

function inlineStyles(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const property of properties) {
    const value = style.getPropertyValue(property);
    if (value !== '') to.setAttribute(property, value);
  }
  to.removeAttribute('class');
  to.removeAttribute('style');
  Array.from(from.children).forEach((child, index) => inlineStyles(child, to.children[index]!));
}

function make(name: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

function copySvg(svg: SVGSVGElement, left: number, top: number): SVGElement {
  const box = svg.getBoundingClientRect();
  const copy = svg.cloneNode(true) as SVGSVGElement;
  inlineStyles(svg, copy);
  for (const [key, value] of Object.entries({ x: box.left - left, y: box.top - top, width: box.width, height: box.height }))
    copy.setAttribute(key, String(Math.round(value * 10) / 10));
  copy.removeAttribute('opacity');
  return copy;
}

function drawBox(element: Element, left: number, top: number, into: SVGElement): void {
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const fill = style.backgroundColor;
  if (fill && fill !== 'transparent' && !/^rgba\(.*, 0\)$/.test(fill) && box.width > 0)
    into.append(make('rect', { x: box.left - left, y: box.top - top, width: box.width, height: box.height, fill, rx: parseFloat(style.borderRadius) || 0 }));
}

function drawText(text: Text, left: number, top: number, into: SVGElement): void {
  const parent = text.parentElement;
  const content = text.data.replace(/\s+/g, ' ');
  if (!parent || content.trim() === '') return;
  const style = getComputedStyle(parent);
  const range = document.createRange();
  let line = '';
  let last: DOMRect | null = null;
  const flush = (): void => {
    if (!last || line.trim() === '') return;
    const drawn = make('text', {
      x: Math.round(last.left - left), y: Math.round(last.bottom - top - last.height * 0.24), fill: style.color, 'font-family': style.fontFamily,
      'font-size': style.fontSize, 'font-weight': style.fontWeight,
    });
    drawn.textContent = line.trim();
    into.append(drawn);
  };
  for (let index = 0; index < text.length; index++) {
    range.setStart(text, index);
    range.setEnd(text, index + 1);
    const box = range.getBoundingClientRect();
    if (box.width === 0 && box.height === 0) continue;
    if (!last || Math.abs(box.top - last.top) > box.height / 2) {
      flush();
      line = '';
      last = box;
    }
    line += text.data[index];
  }
  flush();
}

function walk(node: Node, left: number, top: number, into: SVGElement): void {
  if (node instanceof Text) return drawText(node, left, top, into);
  if (!(node instanceof Element) || node.matches('[data-no-export], .visually-hidden')) return;
  if (getComputedStyle(node).display === 'none') return;
  if (node instanceof SVGSVGElement) {
    into.append(copySvg(node, left, top));
    return;
  }
  drawBox(node, left, top, into);
  node.childNodes.forEach((child) => walk(child, left, top, into));
}

/* title above, source below. */
export function snapshot(body: Element, title: string, source: string): string {
  const box = body.getBoundingClientRect();
  const style = getComputedStyle(body);
  const [head, foot, edge] = [36, 28, 12];
  const width = Math.ceil(Math.max(box.width, body.scrollWidth, textWidth(title, 15.5), textWidth(source, 10.5)) + 2 * edge);
  const height = Math.ceil(Math.max(box.height, body.scrollHeight) + head + foot);
  const paper = getComputedStyle(document.documentElement).getPropertyValue('--card').trim() || '#ffffff';
  const root = make('svg', { xmlns: space, width, height, viewBox: `0 0 ${width} ${height}`, 'font-family': style.fontFamily });
  const name = make('title', {});
  name.textContent = title;
  root.append(name, make('rect', { width, height, fill: paper }));
  const caption = (text: string, y: number, size: number, weight: number): void => {
    const drawn = make('text', { x: edge, y, fill: style.color, 'font-size': size, 'font-weight': weight });
    drawn.textContent = text;
    root.append(drawn);
  };
  caption(title, 22, 15, 600);
  caption(source, height - 10, 10.5, 400);
  const group = make('g', { transform: `translate(${edge} ${head})` });
  root.append(group);
  walk(body, box.left, box.top, group);
  return new XMLSerializer().serializeToString(root);
}
