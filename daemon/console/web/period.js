// period.js - what reports and dashboard begin with: which period, which unit, which channel; all of it in the address.
import { html } from './vendor/preact.js';
import { get } from './api.js';
import { go, to } from './router.js';
import { Loaded, Page, useLoad } from './ui.js';
import { Choice, Filters } from './list.js';
import { UnitChoice } from './unit_field.js';
import { w } from './words.vi.js';

export const scope = ({ period, unit, channel }) => ({ period, unit, channel });

// actions(asked), children(asked): `asked` is what the address says, and the current period where it says none.
export function PeriodPage({ at, title, note, query, actions, children }) {
	const periods = useLoad(() => get('reports/periods'), []);
	const asked = { ...query, period: query.period || periods.data?.items[0].period };
	const change = (values) => go(to(at, { ...query, ...values }));

	return html`<${Page} title=${title} note=${note} actions=${periods.data && actions?.(asked)}><${Loaded} from=${periods}>${({ items }) => html`
		<${Filters} label=${w.records.filters}>
			<${Choice} label=${w.reports.period} all="" value=${asked.period} options=${items.map((one) => [one.period, one.title])} onChange=${(period) => change({ period })} />
			<${UnitChoice} label=${w.records.unit} value=${query.unit} onChange=${(unit) => change({ unit })} />
			<${Choice} label=${w.clusters.channel} value=${query.channel} options=${Object.entries(w.channels)} onChange=${(channel) => change({ channel })} />
		</${Filters}>${children(asked)}`}</${Loaded}></${Page}>`;
}
