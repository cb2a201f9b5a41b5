// The sandbox's page: two chat windows and a panel of faults over the sandbox's JSON. No library, no build.
// Everything shown is asked for again every POLL_MS; a message whose state may still change is asked for until it cannot.
const POLL_MS = 800;
const asked = new URLSearchParams(location.search); // ?tab=faults&zalo=CITIZEN&facebook=CITIZEN
const $ = (selector, root = document) => root.querySelector(selector);

function make(name, props = {}, ...children) {
	const node = Object.assign(document.createElement(name), props);
	node.append(...children.filter(child => child != null));
	return node;
}

async function ask(path, body) {
	const response = await fetch(path, body && {
		method: "POST",
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify(body),
	});
	const json = await response.json();
	if (!response.ok)
		throw new Error(json.error || response.statusText);
	return json;
}

// --- A chat window ---

const TITLES = { zalo: "Zalo Official Account", facebook: "Messenger" };
const KINDS = {
	sticker: "👍 (nhãn dán)", image: "🖼 (ảnh)", location: "📍 (vị trí)",
	follow: { zalo: "Đã bấm Quan tâm", facebook: "Đã bấm Bắt đầu" },
	unfollow: { zalo: "Đã bỏ quan tâm", facebook: "Đã chặn trang" },
};
const STATES = {
	sending: ["Đang gửi…", ""],
	acked: ["✓ Bot đã nhận", ""],
	repeated: ["Đang thử gửi lại", "warn"],
	given_up: ["Không gửi được", "bad"],
};
const TRIES = ["Làm giấy khai sinh cần giấy tờ gì?", "lam lai can cuoc het bao nhieu tien", "Nộp hồ sơ đất đai ở đâu?"];

// Links become links; everything else stays text.
function linked(text) {
	return text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/).map((piece, i) =>
		i % 2 ? make("a", { href: piece, target: "_blank", rel: "noreferrer", textContent: piece }) : piece);
}

function newCitizen(channel) {
	const digits = Array.from(crypto.getRandomValues(new Uint8Array(17)), n => n % 10).join("");
	localStorage[channel] = "9" + digits.slice(0, channel === "zalo" ? 17 : 15);
	return localStorage[channel];
}

class Chat {
	constructor(root) {
		this.root = root;
		this.channel = root.dataset.channel;
		root.append($("#chat-template").content.cloneNode(true));
		this.log = $(".log", root);
		this.quick = $(".quick", root);
		this.input = $("textarea", root);
		$("h2", root).textContent = TITLES[this.channel];
		if (this.channel === "facebook") {
			$("[data-kind=follow]", root).textContent = "Bắt đầu";
			$("[data-kind=unfollow]", root).textContent = "Chặn trang";
		}
		$("form", root).addEventListener("submit", event => {
			event.preventDefault();
			this.submit();
		});
		this.input.addEventListener("keydown", event => {
			if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
				event.preventDefault();
				this.submit();
			}
		});
		this.input.addEventListener("input", () => this.fit());
		$(".more", root).addEventListener("click", event => this.more(event.target.dataset.kind));
		document.addEventListener("pointerdown", event => {
			if (!event.target.closest("details"))
				$("details", root).open = false;
		});
		root.addEventListener("keydown", event => {
			if (event.key === "Escape")
				$("details", root).open = false;
		});
		$("[data-act=other]", root).addEventListener("click", () => this.begin(newCitizen(this.channel)));
		this.begin(asked.get(this.channel) || localStorage[this.channel] || newCitizen(this.channel));
	}

	begin(user) {
		this.user = user;
		this.messages = new Map();
		this.next = 0;
		this.quick.replaceChildren();
		$(".who p", this.root).textContent = "Người dân " + user.slice(-6);
		this.log.replaceChildren(make("div", { className: "empty" }, "Hãy hỏi như một người dân:",
			...TRIES.map(text => make("button", {
				type: "button", className: "chip", textContent: text, onclick: () => this.say({ text }),
			}))));
	}

	fit() {
		this.input.style.height = "auto";
		this.input.style.height = Math.min(this.input.scrollHeight, 120) + "px";
	}

	submit() {
		const text = this.input.value.trim();
		if (!text)
			return;
		this.input.value = "";
		this.fit();
		this.say({ text });
	}

	more(kind) {
		$("details", this.root).open = false;
		if (!kind)
			return;
		const text = kind === "staff" ? prompt("Cán bộ nhắn gì cho người dân này?") : undefined;
		if (kind !== "staff" || text)
			this.say({ kind, text });
	}

	async say(what) {
		try {
			await ask("/api/send", { channel: this.channel, user: this.user, ...what });
			await this.poll();
		} catch (error) {
			this.log.append(make("p", { className: "note", textContent: "Không gửi được: " + error.message }));
		}
	}

	async poll() {
		const user = this.user;
		const open = [...this.messages.values()].filter(m => m.state === "sending" || m.state === "repeated");
		const since = Math.min(this.next, ...open.map(m => m.seq));
		const got = await ask(`/api/messages?channel=${this.channel}&user=${encodeURIComponent(user)}&since=${since}`);
		if (user !== this.user)
			return; // another citizen meanwhile
		this.next = Math.max(this.next, got.next);
		for (const message of got.messages)
			this.show(message);
	}

	show(message) {
		const old = this.messages.get(message.seq);
		if (old && old.state === message.state && old.attempts === message.attempts)
			return;
		const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
		message.node = this.render(message);
		this.messages.set(message.seq, message);
		if (old) {
			old.node.replaceWith(message.node);
			return;
		}
		$(".empty", this.log)?.remove();
		this.log.append(message.node);
		const replies = (message.buttons || []).filter(button => button.kind === "quick_reply");
		this.quick.replaceChildren(...replies.map(button => this.choice(button, "chip")));
		if (atEnd || message.by === "citizen")
			this.log.scrollTop = this.log.scrollHeight;
	}

	render(message) {
		const kind = KINDS[message.kind];
		const words = typeof kind === "string" ? kind : kind?.[this.channel];
		const state = this.state(message);
		if (message.kind === "follow" || message.kind === "unfollow")
			return make("p", { className: "note" }, words, state && " · ", state);
		const buttons = (message.buttons || []).filter(button => button.kind !== "quick_reply");
		const who = message.by === "staff" ? make("span", { className: "small", textContent: "Cán bộ" }) : null;
		return make("div", { className: "message " + { citizen: "mine", bot: "", staff: "staff" }[message.by] }, who,
			make("div", { className: "bubble" }, ...linked(words || message.text || message.payload || "")),
			buttons.length ? make("div", { className: "choices" }, ...buttons.map(b => this.choice(b, "choice"))) : null,
			state);
	}

	state(message) {
		if (message.by === "bot") {
			const words = FAULTS[message.fault];
			return words && make("span", { className: "small warn", textContent: "Sự cố: " + words[0].toLowerCase() });
		}
		const [words, look] = STATES[message.state] || STATES.sending;
		const again = message.attempts > 1 ? ` (lần ${message.attempts})` : "";
		return make("span", { className: "small " + look, textContent: words + again });
	}

	choice(button, className) {
		if (button.kind === "url" || button.kind === "phone")
			return make("a", {
				className, textContent: button.title, target: "_blank", rel: "noreferrer",
				href: button.kind === "url" ? button.value : "tel:" + button.value,
			});
		return make("button", {
			type: "button", className, textContent: button.title,
			onclick: () => this.say({
				kind: "payload", text: button.title, payload: button.value, quick_reply: button.kind === "quick_reply",
			}),
		});
	}
}

// --- The panel ---

const FAULTS = {
	lost: ["Mất câu trả lời", "đã giao, nhưng kết nối đứt"],
	slow: ["Trả lời chậm", "đã giao, 3 giây sau mới đáp"],
	html502: ["Lỗi 502", "không giao, trang lỗi HTML"],
	no_answer: ["Im lặng", "không giao, không đáp"],
	truncated: ["Câu trả lời cụt", "đã giao, JSON đứt nửa chừng"],
	drip: ["Từng byte một", "đã giao, đáp nhỏ giọt"],
	rate_limit: ["Gửi quá nhanh", "mã -32, 613"],
	token_expired: ["Khóa hết hạn", "mã -220, 190"],
	buttons_refused: ["Từ chối nút bấm", "mã -201, 100"],
	unreachable: ["Không liên lạc được", "mã -213, 551"],
	duplicate: ["Tin đến hai lần", "webhook gửi trùng"],
	reversed: ["Tin đến ngược", "webhook đảo thứ tự"],
};

function faultRow(name, [words, more]) {
	const box = make("input", { type: "checkbox", onchange: () => setFault(name, { probability: box.checked ? 1 : 0 }) });
	const once = make("button", {
		type: "button", className: "once", textContent: "Một lần", title: words + ", chỉ lần tới",
		onclick: () => setFault(name, { next: 1 }),
	});
	const row = make("li", {}, make("label", {}, box, make("span", {}, words, make("small", { textContent: more }))), once);
	row.dataset.fault = name;
	return row;
}

async function setFault(name, setting) {
	showFaults(await ask("/control/faults", { [name]: setting }));
}

function showFaults(faults) {
	let on = 0;
	for (const row of $("#fault-list").children) {
		const { probability, next } = faults[row.dataset.fault];
		$("input", row).checked = probability > 0;
		$(".once", row).classList.toggle("armed", next > 0);
		$(".once", row).textContent = next > 0 ? `Còn ${next} lần` : "Một lần";
		on += probability > 0 || next > 0;
	}
	$("#fault-count").textContent = on;
	$("#fault-count").hidden = on === 0;
}

function showSettings(settings) {
	$("#echo-before").checked = settings.echo === "before";
	$("#receipts").checked = settings.receipts;
}

function showHooks(accounts) {
	$("#hooks").replaceChildren(...accounts.map(account => {
		const words = `${account.acked} đã nhận · ${account.pending} đang chờ · ${account.given_up} bỏ`;
		const again = account.webhook_on ? null : make("button", {
			type: "button", className: "once armed", textContent: "Bật lại",
			onclick: () => ask("/control/webhook", { channel: account.channel, account: account.account, on: true }),
		});
		return make("li", {}, make("label", {}, make("span", {}, TITLES[account.channel],
			make("small", { textContent: (account.webhook_on ? "" : "Đã tắt · ") + words }))), again);
	}));
}

// --- Tabs (phones) ---

function tabShow(tab) {
	document.body.dataset.tab = tab.dataset.tab;
	for (const other of document.querySelectorAll("[role=tab]")) {
		other.setAttribute("aria-selected", other === tab);
		other.tabIndex = other === tab ? 0 : -1;
	}
	const log = $(`#${tab.dataset.tab} .log`);
	if (log)
		log.scrollTop = log.scrollHeight;
}

$("[role=tablist]").addEventListener("click", event => {
	const tab = event.target.closest("[role=tab]");
	if (tab)
		tabShow(tab);
});
$("[role=tablist]").addEventListener("keydown", event => {
	const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
	const tabs = [...document.querySelectorAll("[role=tab]")];
	if (!step)
		return;
	const tab = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
	tabShow(tab);
	tab.focus();
});

// --- Start ---

$("#fault-list").append(...Object.entries(FAULTS).map(([name, words]) => faultRow(name, words)));
$("#fault-clear").onclick = async () => showFaults(await ask("/control/faults", { clear: true }));
$("#echo-before").onchange = event => ask("/control/settings", { echo: event.target.checked ? "before" : "after" });
$("#receipts").onchange = event => ask("/control/settings", { receipts: event.target.checked });

const chats = [...document.querySelectorAll(".chat")].map(root => new Chat(root));
const firstTab = asked.has("tab") && $("#tab-" + CSS.escape(asked.get("tab")));
if (firstTab)
	tabShow(firstTab);

async function pollAll() {
	try {
		const { accounts } = await ask("/api/accounts");
		for (const chat of chats)
			chat.root.hidden = !accounts.some(account => account.channel === chat.channel);
		showHooks(accounts);
		showFaults(await ask("/control/faults"));
		await Promise.all(chats.map(chat => chat.poll()));
		$("#link").textContent = "Đã kết nối";
		$("#link").className = "";
	} catch {
		$("#link").textContent = "Mất kết nối với sân tập";
		$("#link").className = "off";
	}
	setTimeout(pollAll, document.hidden ? 5 * POLL_MS : POLL_MS);
}

ask("/control/settings").then(showSettings, () => {});
pollAll();
