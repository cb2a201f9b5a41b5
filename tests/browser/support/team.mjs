// team.mjs - the usual office of the tests: three people with passwords of their own, and a procedure made for the tests.
import { Office, PASSWORD } from './office.mjs';

const people = [['lan', 'Chị Lan', 'editor'], ['minh', 'Anh Minh', 'editor,approver'], ['tam', 'Cô Tâm', 'editor,approver,reform,operator,admin']];

export const CODE = '9.900001';
export const procedure = {
	code: CODE, name: 'Cấp thẻ thư viện thiếu nhi', field: 'Thư viện', level: ['xã'], agency: 'Ủy ban nhân dân cấp xã', decision: '11/QĐ-TV',
	submission: [{ mode: 'trực tiếp', time_limit: '3 ngày làm việc', fee: '20.000 đồng' }, { mode: 'trực tuyến', time_limit: '3 ngày làm việc', fee: '20.000 đồng' }],
	documents: [{ name: 'Đơn đề nghị cấp thẻ thư viện', originals: 1, copies: 0 }, { name: 'Ảnh chân dung', originals: 2, copies: 0 }],
	steps: '1. Nộp đơn.\n2. Nhận thẻ.', result: 'Thẻ thư viện thiếu nhi', legal_basis: ['Luật Thư viện số 46/2019/QH14'], source: 'Thư viện thử nghiệm', source_date: '2026-01-05', valid_from: '2026-02-01',
	everyday: 'Làm thẻ thư viện cho bé', ask: ['làm thẻ thư viện cho con', 'xin thẻ đọc sách cho cháu'],
};

// A one-time password → the one everybody in the tests has.
export async function change(office, name, oneTime) {
	const call = (path, body, headers = {}) => fetch(`${office.url}api/${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) });
	const entered = await call('sign-in', { name, password: oneTime });
	const { csrf } = await entered.json();
	const changed = await call('password', { old: oneTime, new: PASSWORD }, { 'X-CSRF-Token': csrf, Cookie: entered.headers.get('set-cookie').split(';')[0] });

	if (!changed.ok)
		throw new Error(`password of ${name}: ${changed.status} ${await changed.text()}`);
}

export async function openTeam(options) {
	const office = await Office.open(options);

	try {
		await office.publish(procedure);
		for (const [name, display, roles] of people)
			await change(office, name, await office.hire(name, display, roles));
	} catch (error) {
		await office.close();
		throw error;
	}
	return office;
}
