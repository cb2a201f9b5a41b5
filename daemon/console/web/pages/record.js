// record.js - one record as it holds today (or on another day): facts, where each comes from, the reply, our own words.
import { html } from '../vendor/preact.js';
import { get, part } from '../api.js';
import { go, to } from '../router.js';
import { day, fill } from '../text.js';
import { Badge, LoadedPage, Notice, Page, useLoad } from '../ui.js';
import { DayField } from '../form.js';
import { Body } from '../show.js';
import { Preview } from '../preview.js';
import { OwnWords } from '../own.js';
import { title } from '../members.js';
import { is } from '../menu.js';
import { w } from '../words.vi.js';

function Actions({ me, found, unit }) {
	const { id, draft } = found;
	const editor = is(me, 'editor') && found.mine;

	return html`<a class="button" href=${to('history', id, { unit })}>${w.record.history}</a>
		${editor && !draft && found.version?.state === 'published' && html`<a class="button" href=${to('edit', { record: id, unit, change: 'abolished' })}>${w.record.end}</a>`}
		${draft ? html`<a class="button primary" href=${draft.state === 'draft' && editor ? to('edit', draft.version) : to('version', draft.version)}>
				${draft.state === 'review' ? w.record.open_review : w.record.open_draft}</a>`
			: editor && html`<a class="button primary" href=${to('edit', { record: id, unit })}>${w.record.edit}</a>`}`;
}

function Validity({ version }) {
	if (!version)
		return html`<${Notice} kind="warn"><p>${w.record.not_in_force}</p></${Notice}>`;
	const { decision, decision_date: decided, source, source_date: stated } = version;

	return html`<p class="row facts-line"><${Badge} of=${version.state} />
		<span>${fill(version.valid_to ? w.record.valid_span : w.record.valid, { from: day(version.valid_from), to: day(version.valid_to) })}</span>
		${decision && html`<span>${fill(decided ? w.record.by_dated : w.record.by, { decision, day: day(decided) })}</span>`}
		${source && html`<span class="soft">${fill(stated ? w.record.source_dated : w.record.source, { source, day: day(stated) })}</span>`}</p>`;
}

// What citizens said of it, version by version.
function Rated({ id }) {
	const loaded = useLoad(() => get('ratings', { record: id, size: 1 }), [id]);
	const versions = loaded.data?.versions ?? [];

	return versions.length > 0 && html`<section><h2>${w.menu.ratings}</h2><ul class="plain-list">${versions.map((one) => html`<li key=${one.version}>
		<a href=${to('version', one.version)}>${fill(w.review.version, { n: one.version })}</a>: ${fill(w.ratings.counts, one)}</li>`)}</ul><p><a href=${to('ratings', { record: id })}>${w.ratings.see}</a></p></section>`;
}

function Inherited({ units, id }) {
	return units?.length > 0 && html`<section><h2>${w.record.overrides}</h2><ul class="plain-list">${units.map((one) => html`
		<li key=${one.unit}><a href=${to('record', id, { unit: one.unit })}>${one.name}</a></li>`)}</ul></section>`;
}

function UnitLink({ me, found, unit }) {
	const own = me.unit?.code;

	if (unit)
		return html`<a href=${to('record', found.id)}>${w.record.to_nation}</a>`;
	return own && is(me, 'editor') ? html`<a href=${to('edit', { record: found.id, unit: own })}>${fill(w.record.override, { unit: me.unit.name })}</a>` : null;
}

export default function RecordPage({ me, parts: [id], query }) {
	const loaded = useLoad(() => get(`records/${part(id)}`, { unit: query.unit, as_of: query.as_of }), [id, query.unit, query.as_of]);
	const asOf = (value) => go(to('record', id, { ...query, as_of: value }), true);

	return html`<${LoadedPage} from=${loaded}>${(found) => html`
		<${Page} title=${found.own?.title || title(found.record) || id} note=${found.own?.title && title(found.record)}
			back=${{ href: to('records'), text: w.menu.records }} actions=${html`<${Actions} me=${me} found=${found} unit=${query.unit} />`}>
			<p class="row facts-line"><code>${found.record?.code ?? found.id}</code><span>${w.kinds[found.kind]}</span>
				${query.unit && html`<span>${fill(w.record.of_unit, { unit: found.unit_name ?? query.unit })}</span>`}<${UnitLink} me=${me} found=${found} unit=${query.unit} /></p>
			<${Validity} version=${found.version} />
			${found.draft && html`<${Notice}><p>${fill(w.record.draft_note, { who: found.draft.author ?? '', state: w.states[found.draft.state ?? 'draft'] })}</p></${Notice}>`}
			<div class="split"><div>
				<${Body} kind=${found.kind} body=${found.record ?? {}} provenance=${found.provenance} unit=${query.unit} />
				<${OwnWords} key=${id} id=${id} own=${found.own} editable=${is(me, 'editor') && found.own?.mine} />
				${(is(me, 'editor') || is(me, 'reform')) && html`<${Rated} id=${id} />`}
				<${Inherited} units=${found.inherited_by} id=${id} />
			</div><aside>
				<${DayField} label=${w.record.as_of} hint=${w.record.as_of_hint} value=${query.as_of} onChange=${asOf} />
				${found.version && html`<${Preview} id=${id} unit=${query.unit} what=${{ version: found.version.version }} />`}
			</aside></div>
		</${Page}>`}</${LoadedPage}>`;
}
