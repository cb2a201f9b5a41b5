// fake_loop.mjs - what the daemon may answer about clusters, cases and reports, for states that take a year of questions to come by.
const NOW = Date.parse('2026-11-20T09:00:00+07:00');
const FAR = Date.parse('2099-01-01');
const HOUR = 3_600_000;

const wordings = ['hỗ trợ học phí cho con học lớp 6 làm sao', 'con em đc miễn học phí ko', 'hoc phi cap 2 nam nay co phai dong ko', 'thủ tục xin hỗ trợ học phí 2026', 'nhận tiền hỗ trợ học phí ở đâu', 'ho so xin ho tro hoc phi gom nhung gi'];
const cluster = (id, label, count, waiting, more = {}) => ({ id, label, state: 'open', count, people: Math.max(1, count - 3), waiting, trend: [0, 0, 1, 0, 2, 1, 7, count - 11].map((n) => Math.max(0, n)), units: [{ code: '27286', name: 'Phường An Đông', count: 20 }, { code: '00166', name: 'Phường Cầu Giấy', count: 11 }, { code: '31120', name: 'Xã Phong Điền', count: 9 }],
	reasons: { no_match: count - 6, asked_for_person: 6 }, owner: null, due: null, first_ms: NOW - 70 * HOUR, last_ms: NOW - HOUR, record: null, record_name: null, nearest: [{ id: '1.005144', title: 'Miễn, giảm học phí và hỗ trợ chi phí học tập' }, { id: 'hotline:1022', title: 'Tổng đài 1022' }], ...more });
const clusters = [cluster(11, wordings[0], 40, 27), cluster(12, 'đổi biển số xe ô tô sang biển định danh ở xã', 14, 3, { owner: 'tam', due: '2026-11-18' }), cluster(13, 'lịch cắt điện phường mình hôm nay', 9, 0, { reasons: { out_of_scope: 9 }, nearest: [] })];

const one = (id, what, days_left, more = {}) => ({ id, code: `K7M2P9X${id}`, kind: 'reflection', category: 'infrastructure', what, place: 'hẻm 12 đường Trần Phú', happened: 'từ tối thứ Hai', unit: '27286', unit_name: 'Phường An Đông', owner: 'tam', state: 'working', received_ms: NOW - 200 * HOUR, due: '2026-11-25', late: days_left < 0, days_left, revision: 2, channel: 'zalo', answer: null, subject: null, published: false, ...more });
const cases = [one(1, 'Đèn đường trong hẻm tắt ba tối liền, trẻ con đi học về rất tối.', -2), one(2, 'Hồ sơ xin phép xây nhà nộp hơn hai tháng chưa có kết quả, hỏi thì bảo chờ.', 1, { category: 'delay', owner: null, state: 'new' }),
	one(3, 'Rác để đầy góc chợ cả tuần.', 4, { category: 'environment', state: 'answered', answer: 'Tổ thu gom đã dọn sáng 19/11 và thêm một chuyến vào chiều thứ Sáu.', answered_by: 'tam', answered_ms: NOW - 30 * HOUR, subject: 'Góc chợ đã được dọn rác', published: true }), one(4, 'Đề nghị mở thêm quầy vào sáng thứ Bảy.', 8, { kind: 'suggestion', category: 'procedure' })];

const figure = (id, section, name, value, form = 'number') => ({ id, section, form, name, definition: `Cách tính ${name.toLowerCase()}.`, index: null, value, previous: form === 'number' ? Math.round(value * 0.9) : value, last_year: null, cumulative: form === 'number' ? value * 10 : value });
const head = { period: '2026-11', title: 'Tháng 11 năm 2026', from: '2026-11-01', last: '2026-11-30', calendar: 'tháng tính theo dương lịch', running: true, unit: null, unit_name: 'Toàn hệ thống', channel: null };
const [ASKED, CASES] = ['Tiếp nhận và trả lời', 'Phản ánh, kiến nghị'];
const figures = [figure('contacts', ASKED, 'Lượt liên hệ', 12840), figure('citizens', ASKED, 'Người dân liên hệ', 5120), figure('questions', ASKED, 'Câu hỏi', 11020), figure('answered', ASKED, 'Trả lời được', 9310), figure('unresolved', ASKED, 'Chưa trả lời được', 610), figure('reply_median', ASKED, 'Thời gian trả lời (trung vị)', 740, 'ms'), figure('helpful_share', ASKED, 'Tỷ lệ hữu ích', 0.912, 'share'), figure('cases_received', CASES, 'Phản ánh, kiến nghị tiếp nhận', 34)];
const column = (id, name) => ({ id, name, ...head, kept: false, made_ms: NOW });
const report = { ...head, few: false, columns: [column('value', 'Trong kỳ'), column('previous', 'Kỳ trước'), column('last_year', 'Cùng kỳ năm trước'), column('cumulative', 'Lũy kế từ đầu năm')], figures };
const cell = (key, name, n) => ({ key, name, few: n < 20, values: { contacts: n, citizens: n < 20 ? null : Math.round(n / 2), questions: n < 20 ? null : n - 9, answered: n < 20 ? null : n - 19, unresolved: n < 20 ? null : 9, helpful_share: null, cases_received: n < 20 ? null : 2 } });
const top = (...rows) => rows.map(([key, name, count]) => ({ key, name, state: null, count }));
const weekend = (i) => (i % 7 > 4 ? 180 : 0);
const dashboard = { ...head, trend_days: 1, trend: Array.from({ length: 30 }, (_, i) => ({ day: `2026-11-${String(i + 1).padStart(2, '0')}`, questions: 420 - weekend(i) + i * 3, answered: 360 - weekend(i) + i * 2, asked_back: 12, unresolved: 20 + (i % 5) * 3 })),
	funnel: { questions: 11020, answered: 9310, asked_back: 1100, unresolved: 610, ratings: 1320, helpful: 1203, unhelpful: 117 }, waits: { waits: 90, waits_told: 51, waits_fetched: 12, waits_unreachable: 4, waits_open: 23 }, cases: { cases_received: 34, cases_closed: 25, cases_on_time: 22, cases_late: 3, cases_open: 9, cases_overdue: 2 },
	unresolved_fields: top(['Giáo dục', 'Giáo dục và đào tạo', 120], ['Đất đai', 'Đất đai', 64], ['', 'Chưa rõ lĩnh vực', 40]), unresolved_units: top(['27286', 'Phường An Đông', 201], ['00166', 'Phường Cầu Giấy', 98]), clusters: top(['11', wordings[0], 40], ['12', clusters[1].label, 14]), reasons: [], rising: [{ cluster: 11, label: wordings[0], week_before: 7, last_week: 29, expected: 40 }] };

export const fake = {
	clusters: { items: clusters, total: 3, page: 1, size: 50 },
	'clusters/11': { ...clusters[0], samples: wordings.map((text, i) => ({ id: 100 + i, text, reason: i ? 'no_match' : 'asked_for_person', channel: i % 2 ? 'facebook' : 'zalo', unit: '27286', created_ms: NOW - i * HOUR, count: i === 1 ? 4 : 1 })),
		nearest: [{ id: '1.005144', title: 'Miễn, giảm học phí và hỗ trợ chi phí học tập', score: 3.1, confidence: 0.31, why: 'unsure' }, { id: 'hotline:1022', title: 'Tổng đài 1022', score: 1.2, confidence: 0.05, why: 'behind' }],
		waits: Array.from({ length: 27 }, (_, i) => ({ code: `A${i + 10}B3K`, state: 'open', consent: i % 3 > 0, created_ms: NOW - i * HOUR, window_ms: i < 24 ? FAR : NOW - HOUR })), history: [{ time_ms: NOW - HOUR, who: 'tam', what: 'cluster.change' }], answer: null, answered_by: null, approved_by: null },
	'clusters/11/found': { items: wordings.map((text, i) => ({ id: 100 + i, text, record: i < 5 ? '1.005144' : 'hotline:1022', title: i < 5 ? 'Miễn, giảm học phí' : 'Tổng đài 1022', decision: 'answer' })) },
	cases: { items: cases, total: 4, page: 1, size: 50 },
	'cases/1': { ...cases[0], steps: [{ time_ms: NOW - 200 * HOUR, who: 'citizen', what: 'received' }, { time_ms: NOW - 190 * HOUR, who: 'tam', what: 'taken' }, { time_ms: NOW - 100 * HOUR, who: 'tam', what: 'note', text: 'Đã báo đội quản lý điện chiếu sáng, hẹn thứ Tư.' }] },
	'cases/3': { ...cases[2], steps: [] },
	waits: { items: [{ code: 'A7B3KQ', question: 5, cluster: 11, text: 'hỗ trợ học phí cho con học lớp 6 làm sao', channel: 'zalo', state: 'unreachable', reason: 'đã hết thời gian Zalo cho nhắn (7 ngày)', created_ms: NOW - 300 * HOUR, answered_ms: NOW - 20 * HOUR }], total: 1, page: 1, size: 50 },
	ratings: { items: [{ event_id: 1, record: '1.001193', record_name: 'Đăng ký khai sinh', good: false, reason: 'lacking', text: 'không nói rõ có cần bố mẹ cùng đi không', facet: 'documents', version: 3, channel: 'zalo', time_ms: NOW - HOUR }], total: 1, page: 1, size: 50 },
	'reports/periods': { items: [['2026-11', 'Tháng 11 năm 2026'], ['2026-Q4', 'Quý IV năm 2026'], ['2026', 'Năm 2026']].map(([period, title]) => ({ ...head, period, title })), month_begins: 1 },
	'reports/reminders': { items: [{ ...head, due: '2026-11-17', days_left: -3 }] },
	'reports/tables': { ...head, few: false, items: [cell('27286', 'Phường An Đông', 8210), cell('00166', 'Phường Cầu Giấy', 4600), cell('31120', 'Xã Phong Điền', 12)] },
	reports: report, dashboard,
	'reports/rows': { ...head, figure: { id: 'unresolved', name: 'Chưa trả lời được', form: 'number' }, items: wordings.map((text, i) => ({ id: i, time_ms: NOW - i * HOUR, channel: 'zalo', unit: '27286', unit_name: 'Phường An Đông', text, word: 'unresolved' })), total: 6, page: 1, size: 50 },
};

// Answers that page's calls from `fake`; what is not there goes to the daemon. Calls that write are kept in page.sent.
export async function play(page, answers = fake) {
	page.sent = [];
	await page.route(/\/console\/api\/(clusters|cases|waits|ratings|reports|dashboard)/, (route) => {
		const url = new URL(route.request().url());
		const name = url.pathname.split('/api/')[1];

		if (route.request().method() !== 'GET') {
			page.sent.push([route.request().method(), name, route.request().postDataJSON()]);
			return route.fulfill({ json: { approved: true, version: 1 } });
		}
		if (/^clusters\/\d+\/questions$/.test(name))
			return route.fulfill({ json: { items: [], total: 0, page: 1, size: 200 } });
		return answers[name] ? route.fulfill({ json: answers[name] }) : route.fulfill({ status: 404, json: { error: { code: 'not_found', message: 'Không tìm thấy.' } } });
	});
}
