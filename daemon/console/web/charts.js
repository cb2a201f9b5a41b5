// charts.js - figures to look at. Every picture stands beside a table that says the same in numbers, so it is hidden from screen
// readers; inks and hatches differ in print too. No styles, only SVG's own attributes: the page's policy forbids more.
import { html } from './vendor/preact.js';
import { number } from './text.js';

const part = (value, most) => (most > 0 ? Math.max(0, value) / most : 0);

export function Bar({ value, most, tone = '' }) {
	return html`<svg class=${`bar-line ${tone}`} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
		<rect class="under" width="100" height="10" /><rect class="over" width=${100 * part(value, most)} height="10" /></svg>`;
}

// The last weeks of something, small enough for a cell; `label` says it in words.
export function Spark({ values, label }) {
	const most = Math.max(1, ...values);

	return html`<svg class="spark" viewBox=${`0 0 ${values.length * 8} 20`} role="img" aria-label=${label}>${values.map((value, i) => html`
		<rect key=${i} x=${i * 8 + 1} width="6" y=${19 - 18 * part(value, most)} height=${1 + 18 * part(value, most)} />`)}</svg>`;
}

// A table whose rows have bars. rows: [{key, name, value, shown?, link?, tone?}]
export function BarTable({ label, heads, rows, most }) {
	const top = most ?? Math.max(1, ...rows.map((row) => row.value ?? 0));

	return html`<table class="bars" aria-label=${label}><thead class="unseen"><tr>${heads.map((head) => html`<th scope="col" key=${head}>${head}</th>`)}</tr></thead>
		<tbody>${rows.map((row) => html`<tr key=${row.key ?? row.name}>
			<th scope="row">${row.link ? html`<a href=${row.link}>${row.name}</a>` : row.name}</th>
			<td class="num"><span class="bar-cell"><${Bar} value=${row.value} most=${top} tone=${row.tone} /><span>${row.shown ?? number(row.value)}</span></span></td></tr>`)}</tbody></table>`;
}

const W = 720, H = 200, LEFT = 60, FOOT = 24;

function Axis({ most }) {
	return [0, 0.5, 1].map((at) => html`<g key=${at}><line class="grid" x1=${LEFT} x2=${W} y1=${(H - FOOT) * (1 - at) + 6} y2=${(H - FOOT) * (1 - at) + 6} />
		<text x=${LEFT - 6} y=${(H - FOOT) * (1 - at) + 10} text-anchor="end">${number(Math.round(most * at))}</text></g>`);
}

function round(value) { // the next number that reads well
	const step = 10 ** Math.floor(Math.log10(Math.max(1, value)));
	const whole = [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10].map((n) => n * step).find((n) => n >= value);

	return Math.max(2, whole);
}

function Line({ values, most, index }) {
	const x = (i) => LEFT + 8 + i * (W - LEFT - 16) / Math.max(1, values.length - 1);
	const y = (value) => (H - FOOT) * (1 - part(value, most)) + 6;

	return html`<g class=${`series s${index}`}><polyline points=${values.map((value, i) => `${x(i)},${y(value)}`).join(' ')} />
		${values.length < 40 && values.map((value, i) => html`<circle key=${i} cx=${x(i)} cy=${y(value)} r="3" />`)}</g>`;
}

// series: [{name, values}], one value a label; the same numbers as a table stand beside it.
export function Trend({ label, heads, labels, series }) {
	const most = round(Math.max(1, ...series.flatMap((one) => one.values)));
	const every = Math.ceil(labels.length / 7);

	return html`<figure class="trend"><div><svg class="lines-chart" viewBox=${`0 0 ${W} ${H}`} aria-hidden="true" focusable="false"><${Axis} most=${most} />
			${series.map((one, i) => html`<${Line} key=${one.name} values=${one.values} most=${most} index=${i} />`)}
			${labels.map((text, i) => i % every === 0 && html`<text key=${text} x=${LEFT + 8 + i * (W - LEFT - 16) / Math.max(1, labels.length - 1)} y=${H - 2} text-anchor=${i === 0 ? 'start' : i > labels.length - 2 ? 'end' : 'middle'}>${text}</text>`)}</svg>
		<figcaption class="row">${series.map((one, i) => html`<span key=${one.name} class=${`key s${i}`}><svg viewBox="0 0 24 8" aria-hidden="true"><line x1="0" x2="24" y1="4" y2="4" /></svg> ${one.name}</span>`)}</figcaption></div>
		<div class="scroll numbers" tabindex="0" role="region" aria-label=${label}>
			<table class="inner" aria-label=${label}><thead><tr><th scope="col">${heads}</th>${series.map((one) => html`<th scope="col" class="num" key=${one.name}>${one.name}</th>`)}</tr></thead>
			<tbody>${labels.map((text, i) => html`<tr key=${text}><th scope="row">${text}</th>${series.map((one) => html`
				<td class="num" key=${one.name}>${number(one.values[i])}</td>`)}</tr>`)}</tbody></table></div></figure>`;
}
