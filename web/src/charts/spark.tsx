/* A line as large as a word. */
import { extent, isFiniteNumber, linearScale, linePath } from './scale';
import { periodXs } from './time_layout';

export function Spark({ values, label, colour = 'var(--hue-blue)', width = 80, height = 20 }: { values: readonly (number | null)[]; label: string; colour?: string; width?: number; height?: number }) {
  const y = linearScale(extent([values]), height - 2, 2);
  const xs = periodXs(values.length, 2, width - 2);
  return (
    <svg class="spark" viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={label}>
      <path class="line" style={{ stroke: colour }} d={linePath(xs, values.map((value) => (isFiniteNumber(value) ? y(value) : null)))} />
    </svg>
  );
}
