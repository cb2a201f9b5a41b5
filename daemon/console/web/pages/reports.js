// reports.js - the report of a period: every figure with what it was before, its definition where one asks for it, and a link to the
// masked rows it was counted from; files to send.
import { html } from '../vendor/preact.js';
import { download, get } from '../api.js';
import { go, to } from '../router.js';
import { day, fill, shown } from '../text.js';
import { Loaded, Notice, useLoad } from '../ui.js';
import { Table } from '../list.js';
import { BarTable } from '../charts.js';
import { PeriodPage, scope } from '../period.js';
import { w } from '../words.vi.js';

const formats = ['xlsx', 'html', 'csv', 'json'];

/* --- The figures --- */

const rowsLink = (figure, query) => to('figure', figure.id, scope(query));

function Name({ figure }) {
	return html`<details class="about"><summary>${figure.name}</summary><p class="small">${figure.definition}</p>${figure.index && html`<p class="small soft">${figure.index}</p>`}</details>`;
}

function columns(report, query) {
	const value = (figure) => (figure.value === null ? '–' : html`<a href=${rowsLink(figure, query)} aria-label=${fill(w.reports.rows_of, { name: figure.name, value: shown(figure.value, figure.form) })}>${shown(figure.value, figure.form)}</a>`);

	return [{ name: w.reports.figure, kind: 'main', text: (figure) => html`<${Name} figure=${figure} />` },
		...report.columns.map(({ id, name }) => ({ name, kind: 'num', text: id === 'value' ? value : (figure) => shown(figure[id], figure.form) }))];
}

function Sections({ report, query }) {
	const sections = [...new Set(report.figures.map((figure) => figure.section))];

	return sections.map((section) => html`<section key=${section}><h2>${section}</h2><div class="scroll figures" tabindex="0" role="region" aria-label=${section}>
		<${Table} label=${section} columns=${columns(report, query)} rows=${report.figures.filter((figure) => figure.section === section)} rowKey=${(figure) => figure.id} /></div></section>`);
}

/* --- Broken down: one table at a time --- */

const cellFigures = ['contacts', 'citizens', 'questions', 'answered', 'unresolved', 'helpful_share', 'cases_received'];

function Cells({ label, cells, figures }) {
	const named = Object.fromEntries(figures.map((figure) => [figure.id, figure]));
	const list = [{ name: w.reports.name, kind: 'main', text: (cell) => html`${cell.name || w.reports.none}${cell.few && html`<small class="soft">${w.reports.few}</small>`}` },
		...cellFigures.map((id) => ({ name: named[id].name, kind: 'num', text: (cell) => shown(cell.values[id], named[id].form) }))];

	return html`<div class="scroll figures" tabindex="0" role="region" aria-label=${label}><${Table} label=${label} columns=${list} rows=${cells} rowKey=${(cell) => cell.key} /></div>`;
}

const links = { records: (row) => to('record', row.key), disliked: (row) => to('record', row.key), nearest: (row) => to('record', row.key), clusters: (row) => to('cluster', row.key) };

function Tops({ name, rows }) {
	return html`<div class="tops"><${BarTable} label=${w.reports.tables[name]} heads=${[w.reports.name, w.reports.count]} rows=${rows.map((row) => ({
		key: row.key, name: [name === 'hours' ? `${row.name} ${w.reports.hour}` : row.name || w.reports.none, row.state].filter(Boolean).join(' · '), value: row.count, link: row.key && links[name]?.(row) }))} /></div>`;
}

function Breakdown({ query, figures }) {
	const table = w.reports.tables[query.table] ? query.table : 'unit';
	const asked = { ...scope(query), table };
	const loaded = useLoad(() => get('reports/tables', asked), [asked]);

	return html`<section aria-labelledby="parts"><h2 id="parts">${w.reports.parts}</h2>
		<div class="chips" role="group" aria-label=${w.reports.parts}>${Object.entries(w.reports.tables).map(([id, name]) => html`
			<button type="button" key=${id} aria-pressed=${id === table} onClick=${() => go(to('reports', { ...query, table: id }), true)}>${name}</button>`)}</div>
		<${Loaded} from=${loaded}>${({ items, few }) => (items.length === 0 ? html`<p class="soft">${few ? w.reports.few_all : w.reports.empty}</p>`
			: items[0].values ? html`<${Cells} label=${w.reports.tables[table]} cells=${items} figures=${figures} />` : html`<${Tops} name=${table} rows=${items} />`)}</${Loaded}></section>`;
}

/* --- The page --- */

function Files({ query }) {
	return html`<details class="drop"><summary class="button primary">${w.reports.download}</summary><ul>${formats.map((format) => html`<li key=${format}>
		<a download=${format !== 'html'} target=${format === 'html' ? '_blank' : null} href=${download('reports/file', { ...scope(query), format })}>${w.reports.formats[format]}</a></li>`)}</ul></details>`;
}

function Report({ query }) {
	const loaded = useLoad(() => get('reports', scope(query)), [scope(query)]);

	return html`<${Loaded} from=${loaded}>${(report) => html`<p class="row facts-line"><strong>${report.title}</strong><span>${report.unit_name}</span>
			<span>${fill(w.reports.span, { from: day(report.from), last: day(report.last) })}</span><span class="soft">${report.calendar}</span></p>
		${report.running && html`<${Notice} kind="warn"><p>${w.reports.running}</p></${Notice}>`}
		${report.few && html`<${Notice}><p>${w.reports.few_all}</p></${Notice}>`}
		<${Sections} report=${report} query=${query} /><${Breakdown} query=${query} figures=${report.figures} />`}</${Loaded}>`;
}

export default function Reports({ query }) {
	return html`<${PeriodPage} at="reports" title=${w.menu.reports} note=${w.reports.lead} query=${query} actions=${(asked) => html`<${Files} query=${asked} />`}>
		${(asked) => html`<${Report} query=${asked} />`}</${PeriodPage}>`;
}
