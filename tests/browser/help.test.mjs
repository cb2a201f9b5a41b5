#!/usr/bin/env -S node --test-reporter=tap
// The help pages, followed word for word on an empty installation, from the README's connecting of an OA to the answer that citizens
// hear: what stands in bold is on the screen, in that order, and does what the page says. A page that says something else than it
// did fails here.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test, { after, before } from 'node:test';
import { Office, PASSWORD, root, until } from './support/office.mjs';
import { CODE, change, procedure } from './support/team.mjs';
import { closeBrowser, confirm, newPage, settled, signIn, skip, visit } from './support/browser.mjs';

let office;
let first; // the one-time password of the first account
const people = {};

before(async () => {
	if (skip)
		return;
	office = await Office.open({ now: '2026-12-29T09:00:00+07:00', connected: false });
	first = await office.hire('quan.tri', 'Quản trị', 'admin');
});
after(async () => {
	await closeBrowser();
	await office?.close();
});

/* --- What can be done with a word --- */

const shown = (locator) => locator.filter({ visible: true }).first();
const press = (name) => (page, word) => shown(page.getByRole('button', { name: name ?? word }).or(page.getByRole('link', { name: name ?? word })).or(page.getByRole('tab', { name: name ?? word }))).click();
const menu = (page, word) => page.getByRole('navigation', { name: 'Các trang' }).getByRole('link', { name: word, exact: true }).click();
const fill = (value) => (page, word) => shown(page.getByLabel(word)).fill(value());
const choose = (value) => (page, word) => shown(page.getByLabel(word)).selectOption(value);
const check = (page, word) => shown(page.getByLabel(word)).check();
const see = (page, word) => shown(page.getByText(word)).waitFor();
const agree = (name) => (page, word) => confirm(page, name ?? word);
const then = (...doings) => async (page, word) => {
	for (const doing of doings)
		await doing(page, word);
};
const skipped = () => {}; // for another case than this one

// Each of the words has its doing, in the same order.
async function each(page, name, words, doings) {
	assert.deepEqual(doings.map(([word]) => word), words, name);
	for (const [word, doing] of doings) {
		await Promise.resolve(doing(page, word)).catch((error) => { throw new Error(`${name}, "${word}": ${error.message}`); });
		await settled(page);
	}
}

// Follows a help page by its words in bold.
async function follow(page, name, doings) {
	const answer = await fetch(`${office.url}api/help/${name}`, { headers: { Cookie: await cookie(page) } });
	const { text } = await answer.json();

	await each(page, name, [...text.matchAll(/\*\*([^*]+)\*\*/g)].map(([, word]) => word), doings);
}

// Follows a chapter of the README by what stands in it as code.
async function read(page, title, doings) {
	const text = await readFile(`${root}/README.md`, 'utf8');
	const chapter = text.slice(text.indexOf(`### ${title}\n`) + 4).split('\n#')[0];

	await each(page, title, [...chapter.matchAll(/`([^`]+)`/g)].map(([, word]) => word), doings);
}

let door = ''; // anybody's session, for reading the help before signing in
const cookie = async (page) => {
	const [session] = await page.context().cookies();

	return session ? `${session.name}=${session.value}` : door;
};

async function enter(name) {
	const page = await newPage();

	await signIn(page, office, name, PASSWORD);
	return page;
}

/* --- The pages --- */

test('first sign-in, and the password', { skip }, async () => {
	const reader = await newPage();
	const page = await newPage();

	await signIn(reader, office, 'quan.tri', first);
	await page.goto(office.url);
	await page.getByLabel('Tên đăng nhập').fill('quan.tri');
	await page.getByLabel('Mật khẩu').fill(first);
	await page.getByRole('button', { name: 'Đăng nhập' }).click();
	await page.getByText('Đặt mật khẩu mới').waitFor();
	await page.getByLabel('Mật khẩu đang dùng').fill(first);
	await page.getByLabel('Mật khẩu mới', { exact: false }).first().fill(PASSWORD);
	await page.getByLabel('Nhập lại mật khẩu mới').fill(PASSWORD);
	await page.getByRole('button', { name: 'Đổi mật khẩu' }).click();
	await page.getByText('Việc hôm nay').waitFor();
	door = await cookie(page);
	await page.getByRole('button', { name: 'Đăng xuất' }).click();
	await page.getByLabel('Mật khẩu').waitFor();
	await signIn(page, office, 'quan.tri', PASSWORD);
	door = await cookie(page);
	await follow(page, '01-bat-dau', [['Tên đăng nhập', skipped], ['Mật khẩu', skipped], ['Đăng nhập', skipped], ['Đặt mật khẩu mới', skipped], ['Đổi mật khẩu', skipped], ['Việc hôm nay', see],
		['Đổi mật khẩu', then((at) => at.getByRole('link', { name: 'Quản trị' }).click(), see)]]);
	await reader.context().close();
	await page.done();
});

const web = (path) => `http://127.0.0.1:${office.port}${path}`;
const configure = (line) => () => office.configure(`${office.configuration}${line()}\n`);
const secret = (name) => async (page, word) => {
	await office.secret(name);
	await configure(() => `${word} = ${name}`)();
};
const restart = async (page) => {
	await office.restart();
	await page.reload();
};

test('connecting an OA, as the README says', { skip }, async () => {
	const page = await enter('quan.tri');
	const verifier = 'zalo_verifierAbC123.html';
	const complaints = async () => /webhook_refused_signature\S* ([1-9])/.exec(await (await fetch(web('/metrics'))).text());

	await visit(page, '#/accounts');
	await see(page, 'Chưa nối kênh nào');
	await read(page, 'Connect a Zalo OA', [
		['domain_check_file', then(() => office.configure(office.configuration.replace('[daemon]\n', `[daemon]\ndomain_check_file = ${verifier}\n`)), restart, async () => assert.match(await (await fetch(web(`/${verifier}`))).text(), /AbC123/))],
		['domain_check_meta', skipped],
		['[zalo NAME]', configure(() => `[outbox]\ntimeout = 2s\nunknown_wait = 2s\n[zalo xa]\napi_base = http://127.0.0.1:${office.sandboxPort}\noauth_base = http://127.0.0.1:${office.sandboxPort}`)],
		['oa_id', configure(() => 'oa_id = 579745863508352884')], ['app_id', configure(() => 'app_id = 1234567890123456789')],
		['app_secret_file', secret('zalo-app.secret')], ['oa_secret_file', secret('zalo-oa.secret')], ['refresh_token_file', secret('zalo.refresh')],
		['signature = log_only', then(configure(() => 'signature = log_only'), restart, (at) => see(at, /Đang lấy mã truy cập|Hoạt động/))],
		['https://YOUR.HOST/webhook/zalo', async () => assert.equal((await fetch(web('/webhook/zalo'), { method: 'POST', body: '{}' })).status, 200)],
		['#', async () => assert.ok(await office.ask('xin chào'))],
		['signature = strict', then(async () => assert.equal(await complaints(), null), () => office.configure(office.configuration.replace('log_only', 'strict')), restart)],
		['#tt:1.001193', async (at, word) => assert.match(await office.ask(word), /khai sinh/i)],
		['/readyz', async (at, word) => assert.equal((await fetch(web(word))).status, 200)],
		['motcua check', async () => assert.match(await office.command('check'), /ok: zalo xa/)],
		['consent_needed', skipped]]);
	await page.reload();
	await see(page, 'Hoạt động');
	await page.done();
});

test('colleagues', { skip }, async () => {
	const page = await enter('quan.tri');
	const hire = (name, role) => [['Cán bộ', menu], ['Thêm cán bộ', press(/Thêm cán bộ/)], ['Tên đăng nhập', fill(() => name)], ['Họ tên', then(fill(() => `Người ${name}`), (at) => check(at, role))],
		['Lưu', press()], ['Đã ghi lại', async (at, word) => { people[name] = await at.locator('output.secret').innerText(); await press()(at, word); }]];

	await follow(page, '11-can-bo', [...hire('bien.tap', 'Biên tập'), ['Cấp mật khẩu mới', async (at, word) => {
		await at.getByRole('button', { name: 'Người bien.tap' }).click();
		await press()(at, word);
		await confirm(at, word);
		people['bien.tap'] = await at.locator('output.secret').innerText();
		await press()(at, 'Đã ghi lại');
	}], ['Khóa tài khoản này', skipped], ['Lưu', skipped]]);
	for (const [word, doing] of hire('nguoi.duyet', 'Duyệt'))
		await doing(page, word);
	for (const [name, password] of Object.entries(people)) {
		const theirs = await newPage();

		await signIn(theirs, office, name, password);
		await theirs.getByLabel('Mật khẩu đang dùng').fill(password);
		await theirs.getByLabel('Mật khẩu mới', { exact: false }).first().fill(PASSWORD);
		await theirs.getByLabel('Nhập lại mật khẩu mới').fill(PASSWORD);
		await theirs.getByRole('button', { name: 'Đổi mật khẩu' }).click();
		await theirs.getByRole('heading', { name: /^Chào/ }).waitFor();
		await theirs.done();
	}
	await page.done();
});

const csv = (fee) => Buffer.from(`\ufeffMã TTHC;Tên thủ tục;Lĩnh vực;Cấp thực hiện;Phí;Ghi riêng\r\n9.910001;Cấp thẻ đọc sách dân phố;Thư viện;xã;${fee};x\r\n;Dòng thiếu mã;Thư viện;xã;Miễn phí;x\r\n`.replace(fee ? /\r\n;Dòng.*\r\n$/ : /$^/, '\r\n'));
const give = (bytes) => (page) => page.locator('input[type=file]').setInputFiles({ name: 'bo.csv', mimeType: 'text/csv', buffer: bytes });

test('a list from a spreadsheet', { skip }, async () => {
	const page = await enter('bien.tap');

	await follow(page, '02-nhap-bang-tinh', [['Nhập từ bảng tính', menu], ['Chọn tệp…', then(see, give(csv('')))], ['Là', see], ['(không lấy)', (at) => at.getByLabel('Cột Ghi riêng là').selectOption('')],
		['Áp dụng từ ngày', fill(() => '29/12/2026')], ['Xem thử', press()], ['Mới', see], ['Thay đổi', see], ['Ngừng', see], ['Bị từ chối', see],
		['Không đưa dòng này vào', check], ['Xem thử lại', then(press(), (at) => see(at, 'Mọi dòng đều đọc được'))], ['Thả tệp đã sửa', then(press(), give(csv('5.000 đồng')), (at) => at.getByLabel('Áp dụng từ ngày').fill('29/12/2026'), (at) => press()(at, 'Xem thử'))],
		['Đưa vào, chờ duyệt', then(press(), agree(), (at) => see(at, 'Đã đưa vào kho'))], ['Chờ duyệt', see], ['Mẫu bảng tính', then((at) => menu(at, 'Nhập từ bảng tính'), see)]]);
	await page.done();
});

const approving = [['Chờ duyệt', then(menu, (page) => page.getByRole('row').nth(1).getByRole('link').click())], ['Những chỗ thay đổi', (page) => see(page, /Những chỗ thay đổi|Thông tin chung/)], ['Người dân sẽ thấy', see], ['Chạy lại', then(press(/^Chạy lại$/), (page) => see(page, /Đã hỏi lại/))],
	['Duyệt', press(/^Duyệt$/)], ['Duyệt', agree()], ['Trả lại', skipped]];

test('approving', { skip }, async () => {
	const page = await enter('nguoi.duyet');

	await follow(page, '04-duyet', approving);
	assert.match(await office.ask('cấp thẻ đọc sách dân phố bao nhiêu tiền'), /5\.000/);
	await page.done();
});

const find = (page) => then(fill(() => 'the doc sach dan pho'), (at) => at.getByRole('link', { name: 'Cấp thẻ đọc sách dân phố' }).click())(page, 'Tìm');

test('changing one record, and approving it', { skip }, async () => {
	const page = await enter('bien.tap');
	const approver = await enter('nguoi.duyet');

	await follow(page, '03-sua-mot-muc', [['Kho kiến thức', menu], ['Tìm', find], ['Sửa', press(/^Sửa$/)], ['Khi được hỏi về', then((at) => at.getByLabel('Phí, lệ phí').first().fill('6.000 đồng'), choose({ label: 'Phí, lệ phí' }))],
		['Hiệu lực, quyết định, nguồn', then(see, (at) => at.getByLabel('Số quyết định').fill('12/QĐ-UBND'))], ['Lưu nháp', then(press(), (at) => see(at, 'Đã lưu bản nháp'))], ['Gửi duyệt', then(press(), (at) => see(at, 'Đã gửi duyệt'))],
		['Của bạn', skipped], ['Ghép lại', skipped], ['Lưu nháp', skipped], ['Đặt riêng cho', skipped]]);
	await follow(approver, '04-duyet', approving);
	assert.match(await office.ask('cấp thẻ đọc sách dân phố bao nhiêu tiền'), /6\.000/);
	await page.done();
	await approver.done();
});

test('a way of asking', { skip }, async () => {
	const page = await enter('bien.tap');
	const words = 'xin cái thẻ mượn truyện cho thằng cu';

	await visit(page, '#/record/9.910001');
	await follow(page, '07-cach-hoi', [['Tên thường gọi, cách hỏi', see], ['Thử xem có tìm thấy không', fill(() => words)], ['Thử', then(press(/^Thử$/), (at) => see(at, 'tìm thấy'))],
		['Cách hỏi khác', fill(() => words)], ['Lưu tên và cách hỏi', then(press(), (at) => see(at, 'Đã lưu'))], ['Câu hỏi chưa đáp', menu]]);
	assert.match(await office.ask(words), /thẻ đọc sách dân phố/i);
	await page.done();
});

test('a change on a day to come, an end, and back to what was', { skip }, async () => {
	const page = await enter('bien.tap');
	const approver = await enter('nguoi.duyet');
	const open = (at) => visit(at, '#/record/9.910001');

	await open(page);
	await follow(page, '05-hen-ngay', [['Sửa', press(/^Sửa$/)], ['Áp dụng từ ngày', then((at) => at.getByLabel('Phí, lệ phí').first().fill('7.000 đồng'), fill(() => '01/01/2027'))], ['Gửi duyệt', then(press(), (at) => see(at, 'Đã gửi duyệt'))],
		['Duyệt', () => follow(approver, '04-duyet', approving)], ['Xem như vào ngày', then(open, fill(() => '01/01/2027'), (at) => see(at, '7.000'))], ['Ngừng áp dụng', then(open, see)], ['Ngừng áp dụng từ ngày', skipped], ['Loại thay đổi', skipped],
		['Thay thế', skipped], ['Gửi duyệt', skipped]]);
	await open(page);
	await follow(page, '06-quay-lai', [['Lịch sử', press()], ['Từ', see], ['Đến', see], ['Quay lại bản này', (at) => at.getByRole('button', { name: 'Quay lại bản' }).last().click()], ['Tạo bản nháp', agree()], ['Gửi duyệt', see]]);
	assert.match(await page.getByLabel('Phí, lệ phí').first().inputValue(), /5\.000/);
	await page.done();
	await approver.done();
	await office.turnClock('2027-01-01T00:00:01+07:00');
	assert.match(await office.ask('cấp thẻ đọc sách dân phố bao nhiêu tiền'), /7\.000/);
});

test('what should be looked at', { skip }, async () => {
	const page = await enter('bien.tap');

	await office.publish({ ...procedure, valid_from: '2026-12-01', valid_to: '2027-01-20' }, { ...procedure, code: '9.900044', everyday: 'Thẻ thư viện trẻ em', ask: [], valid_from: '2026-12-01' });
	await follow(page, '08-chat-luong', [['Kiểm tra chất lượng', then(menu, press(/^Sắp hết hiệu lực/), (at) => at.getByRole('link', { name: procedure.everyday }).or(at.getByRole('link', { name: procedure.name })).first().click(), (at) => see(at, CODE), (at) => visit(at, '#/quality'))],
		['Gần giống nhau', then(press(), (at) => see(at, 'Thẻ thư viện trẻ em'))], ['Sắp hết hiệu lực', then((at) => press()(at, 'Cần xem lại'), press(/^Sắp hết hiệu lực/), (at) => see(at, '20/01/2027'))]]);
	await page.done();
});

test('a channel that needs consent again', { skip }, async () => {
	const page = await enter('quan.tri');
	const reloaded = (words) => until(async () => {
		await press()(page, 'Tải lại');
		await settled(page);
		return page.getByText(words, { exact: true }).count();
	}, words);

	await follow(page, '09-kenh', [['Kênh Zalo, Facebook', menu], ['Hoạt động', see], ['Cần đồng ý lại', async (at, word) => {
		await office.sandbox('/control/faults', { oauth_lost: { next: 1 } }); // a refresh token that was spent without an answer
		await office.sandbox('/control/token', { channel: 'zalo', revoke: true });
		await office.sandbox('/api/send', { channel: 'zalo', user: '555000333', kind: 'text', text: 'xin chào' });
		await reloaded(word);
		assert.match(await (await fetch(web('/readyz'))).text(), /consent_needed/);
		const { refresh_token: token } = await office.sandbox('/control/token', { channel: 'zalo', consent: true });

		await office.secret('zalo.refresh', token);
		await office.restart();
		await reloaded('Hoạt động');
	}]]);
	await page.done();
});

// A citizen asks on a bad day; the reply ends in that state of the list.
async function undelivered(page, fault, state) {
	await choose({ label: state })(page, 'Trạng thái');
	await settled(page);
	const before = Math.max(1, await page.getByRole('row').count()); // an empty list has no heading

	await office.sandbox('/control/faults', { [fault]: { next: 1 } });
	await office.sandbox('/api/send', { channel: 'zalo', user: `555000${Date.now() % 1000}`, kind: 'text', text: 'làm thẻ thư viện cho bé cần giấy tờ gì' });
	await until(async () => {
		await press()(page, 'Tải lại');
		await settled(page);
		return await page.getByRole('row').count() > before;
	}, `"${state}"`);
}
const letter = (page) => page.getByRole('rowheader').getByRole('button').first().click();

test('replies that did not arrive', { skip }, async () => {
	await change(office, 'van.hanh', await office.hire('van.hanh', 'Người van.hanh', 'operator'));
	const page = await enter('van.hanh');

	await office.sandbox('/control/settings', { echo: 'off', receipts: false });
	await follow(page, '10-gui-tin', [['Gửi tin', menu], ['Không gửi được', then(() => undelivered(page, 'unreachable', 'Không gửi được'), letter, (at) => see(at, 'Nội dung'))],
		['Gửi lại', then(press(), agree(), (at) => see(at, 'hàng chờ gửi'), () => undelivered(page, 'unreachable', 'Không gửi được'))], ['Bỏ tin', then(letter, press(), agree(), (at) => see(at, 'Đã bỏ tin'))],
		['Không rõ đã tới chưa', then(() => undelivered(page, 'lost', 'Không rõ đã tới chưa'), letter, (at) => see(at, 'Có thể người dân đã đọc tin này'))]]);
	await page.done();
});

test('reports and what is asked more and more', { skip }, async () => {
	const admin = await enter('quan.tri');

	await menu(admin, 'Cán bộ');
	await press(/Thêm cán bộ/)(admin);
	await fill(() => 'cai.cach')(admin, 'Tên đăng nhập');
	await fill(() => 'Người cai.cach')(admin, 'Họ tên');
	await check(admin, 'Cải cách hành chính');
	await press('Lưu')(admin);
	await change(office, 'cai.cach', await admin.locator('output.secret').innerText());
	await admin.done();
	const page = await enter('cai.cach');

	await follow(page, '14-bao-cao', [['Báo cáo', menu], ['Kỳ', choose({ label: 'Năm 2027' })], ['Đơn vị', see], ['Kênh', see], ['Trong kỳ', see], ['Tải về', (at) => at.getByText('Tải về').click()], ['Excel', see], ['Bản in (HTML)', see],
		['Theo dõi', menu], ['Câu hỏi đang tăng', see], ['Đánh giá', menu]]);
	await page.done();
});
