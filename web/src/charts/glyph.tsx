/* The marks that go with colours, so that a chart reads in grey: a shape at a point, and the sample of a legend. */
import type { Look, Shape } from '../palette';

const paths: Record<Shape, string> = {
  circle: 'M-3.5,0a3.5,3.5 0 1,0 7,0a3.5,3.5 0 1,0 -7,0Z',
  square: 'M-3,-3h6v6h-6Z',
  triangle: 'M0,-4L4,3H-4Z',
  diamond: 'M0,-4.5L4,0L0,4.5L-4,0Z',
  cross: 'M-4,-1.3H-1.3V-4H1.3V-1.3H4V1.3H1.3V4H-1.3V1.3H-4Z',
  down: 'M0,4L4,-3H-4Z',
};

export function Point({ x, y, look, scale = 1 }: { x: number; y: number; look: Look; scale?: number }) {
  return <path d={paths[look.shape]} class="point" transform={`translate(${x.toFixed(1)},${y.toFixed(1)}) scale(${scale})`} style={{ fill: look.colour }} />;
}

export function Glyph({ look, sample }: { look: Look; sample: 'line' | 'box' }) {
  return (
    <svg class="glyph" width="26" height="12" viewBox="-13 -6 26 12" aria-hidden="true">
      {sample === 'box' ? (
        <rect x="-11" y="-5" width="22" height="10" rx="2" style={{ fill: look.colour }} />
      ) : (
        <path d="M-12,0H12" class="line" style={{ stroke: look.colour, strokeDasharray: look.dash }} />
      )}
      <path d={paths[look.shape]} class={sample === 'box' ? 'point on-box' : 'point'} style={sample === 'box' ? {} : { fill: look.colour }} />
    </svg>
  );
}
