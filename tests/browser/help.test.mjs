#!/usr/bin/env -S node --test-reporter=tap
// The help pages, followed word for word on an empty installation: what stands in bold is on the screen, in that order, and does
// what the page says. A page that says something else than it did fails here.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Office, PASSWORD } from './support/office.mjs';
import { closeBrowser, confirm, newPage, settled, signIn, skip, visit } from './support/browser.mjs';

let office;
let first; // the one-time password of the first account
const people = {};

before(async () => {
	if (skip)
		return;
	office = await Office.open({ now: '2026-12-29T09:00:00+07:00' });
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

// Follows a help page: each word in bold has its doing, in the same order.
async function follow(page, name, doings) {
	const answer = await fetch(`${office.url}api/help/${name}`, { headers: { Cookie: await cookie(page) } });
	const { text } = await answer.json();

	assert.deepEqual(doings.map(([word]) => word), [...text.matchAll(/\*\*([^*]+)\*\*/g)].map(([, word]) => word), name);
	for (const [word, doing] of doings) {
		await Promise.resolve(doing(page, word)).catch((error) => { throw new Error(`${name}, "${word}": ${error.message}`); });
		await settled(page);
	}
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
		['Cách hỏi khác', fill(() => words)], ['Lưu tên và cách hỏi', then(press(), (at) => see(at, 'Đã lưu'))], ['Câu hỏi chưa đáp', menu], ['Đã có câu trả lời', skipped]]);
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
