// dashboard.js - the period at a glance: from question to a helpful answer, day by day, what is asked in vain, the clock of the
// cases, what is rising. Every picture has its numbers beside it.
import { html } from '../vendor/preact.js';
import { get } from '../api.js';
import { to } from '../router.js';
import { day, fill, number, percent } from '../text.js';
import { Loaded, Notice, useLoad } from '../ui.js';
import { BarTable, Trend } from '../charts.js';
import { PeriodPage, scope } from '../period.js';
import { w } from '../words.vi.js';

function Block({ id, title, lead, wide, empty, children }) {
	return html`<section class=${wide ? 'block wide' : 'block'} aria-labelledby=${id}><h2 id=${id}>${title}</h2>${lead && html`<p class="soft small">${lead}</p>`}
		${empty ? html`<p class="soft">${w.dashboard.nothing}</p>` : children}</section>`;
}

function Funnel({ funnel, query }) {
	const of = (value, whole) => (whole > 0 ? ` (${percent(value / whole)})` : '');
	const rows = [['questions', funnel.questions, 0], ['answered', funnel.answered, funnel.questions], ['helpful', funnel.helpful, funnel.ratings]];

	return html`<${BarTable} label=${w.dashboard.funnel} heads=${[w.reports.name, w.reports.count]} most=${Math.max(1, funnel.questions)} rows=${rows.map(([id, value, whole]) => ({
		key: id, name: w.dashboard.steps[id], value, shown: number(value) + of(value, whole), link: to('figure', id, scope(query)) }))} />
		<p class="soft small">${fill(w.dashboard.rated, { n: number(funnel.ratings) })}</p>`;
}

function Days({ trend, step }) {
	const series = ['questions', 'answered', 'unresolved'].map((id) => ({ name: w.dashboard.steps[id], values: trend.map((point) => point[id]) }));

	return html`<${Trend} label=${w.dashboard.trend} heads=${step > 1 ? w.dashboard.week : w.dashboard.day} labels=${trend.map((point) => day(point.day).slice(0, 5))} series=${series} />`;
}

function Counts({ id, rows, tone, link }) {
	return html`<${Block} id=${`by-${id}`} title=${w.dashboard[id]} empty=${!rows?.length}><${BarTable} label=${w.dashboard[id]} heads=${[w.reports.name, w.reports.count]}
		rows=${(rows ?? []).map((row) => ({ key: row.key, name: row.name || w.reports.none, value: row.count, tone, link: row.key && link?.(row) }))} /></${Block}>`;
}

function Clock({ cases, query }) {
	const rows = [['cases_overdue', cases.cases_overdue, 'bad'], ['running', cases.cases_open - cases.cases_overdue, ''], ['cases_on_time', cases.cases_on_time, 'good'], ['cases_late', cases.cases_late, 'warn']];

	return html`${cases.cases_overdue > 0 && html`<${Notice} kind="bad"><p>${fill(w.dashboard.late_n, { n: number(cases.cases_overdue) })} <a href=${to('cases', { due: 'late' })}>${w.dashboard.see_late}</a></p></${Notice}>`}
		<${BarTable} label=${w.dashboard.cases} heads=${[w.reports.name, w.reports.count]} rows=${rows.map(([id, value, tone]) => ({ key: id, name: w.dashboard.clock[id], value, tone, link: id !== 'running' && to('figure', id, scope(query)) }))} />`;
}

function Waits({ waits, query }) {
	const rows = [['waits_told', ''], ['waits_fetched', ''], ['waits_open', 'warn'], ['waits_unreachable', 'bad']];

	return html`<${BarTable} label=${w.dashboard.waits} heads=${[w.reports.name, w.reports.count]} most=${Math.max(1, waits.waits)} rows=${rows.map(([id, tone]) => ({ key: id, name: w.dashboard.wait_steps[id], value: waits[id], tone, link: to('figure', id, scope(query)) }))} />`;
}

function Rising({ rising }) {
	return html`<table role="table" class="inner" aria-label=${w.dashboard.rising}><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">${w.clusters.label}</th>
		${['week_before', 'last_week', 'expected'].map((name) => html`<th role="columnheader" scope="col" class="num" key=${name}>${w.dashboard[name]}</th>`)}</tr></thead>
		<tbody role="rowgroup">${rising.map((one) => html`<tr role="row" key=${one.cluster}><th role="rowheader" scope="row"><a href=${to('cluster', one.cluster)}>${one.label}</a></th>
			${['week_before', 'last_week', 'expected'].map((name) => html`<td role="cell" class="num" data-label=${w.dashboard[name]} key=${name}>${number(one[name])}</td>`)}</tr>`)}</tbody></table>`;
}

function Shown({ query }) {
	const loaded = useLoad(() => get('dashboard', scope(query)), [scope(query)]);

	return html`<${Loaded} from=${loaded}>${(found) => html`<div class="blocks">
		<${Block} id="funnel" title=${w.dashboard.funnel}><${Funnel} funnel=${found.funnel} query=${query} /></${Block}>
		<${Block} id="cases" title=${w.dashboard.cases}><${Clock} cases=${found.cases} query=${query} /></${Block}>
		<${Block} id="trend" wide title=${w.dashboard.trend} empty=${!found.trend.length}><${Days} trend=${found.trend} step=${found.trend_days} /></${Block}>
		<${Counts} id="fields" tone="warn" rows=${found.unresolved_fields} /><${Counts} id="units" tone="warn" rows=${found.unresolved_units} />
		<${Counts} id="clusters" tone="warn" rows=${found.clusters} link=${(row) => to('cluster', row.key)} /><${Block} id="waits" title=${w.dashboard.waits}><${Waits} waits=${found.waits} query=${query} /></${Block}>
		<${Block} id="rising" wide title=${w.dashboard.rising} lead=${w.dashboard.rising_lead} empty=${!found.rising.length}><${Rising} rising=${found.rising} /></${Block}>
	</div>`}</${Loaded}>`;
}

export default function Dashboard({ query }) {
	return html`<${PeriodPage} at="dashboard" title=${w.menu.dashboard} note=${w.dashboard.lead} query=${query} actions=${(asked) => html`<a class="button" href=${to('reports', scope(asked))}>${w.dashboard.to_report}</a>`}>
		${(asked) => html`<${Shown} query=${asked} />`}</${PeriodPage}>`;
}
