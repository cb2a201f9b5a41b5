#include "knowledge/words_internal.h"
#include "tests/support/fault.h"
#include "tests/support/words_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* " fee time": the facets in the order of the enum. */
static const char *facets_of(struct words_fixture *f, const struct question *q)
{
	const char *words = "";

	for (enum facet facet = 0; facet < FACET_COUNT; facet++)
		if (q->facets >> facet & 1)
			words = arena_printf(&f->arena, "%s %s", words, facet_word(facet));
	return words;
}

static void every_thing_asked_is_heard(void **state)
{
	static const struct {
		const char *text, *facets;
	} table[] = {
		{"làm lại căn cước mất bao nhiêu tiền", " fee"},
		{"lam lai can cuoc het bn tien vay ad", " fee"},
		{"đổi bằng lái xe máy lệ phí bao nhiêu ạ", " fee"},
		{"khai sinh trễ hạn có mất lệ phí không", " fee"}, {"phí cấp đổi sổ hồng", " fee"},
		{"đăng ký kết hôn có tốn tiền ko", " fee"}, {"sang tên xe tốn nhiêu", " fee"},
		{"xin giấy phép xây nhà đóng bao nhiêu tiền", " fee"},
		{"chung thuc ban sao phi bnhiu 1 trang", " fee"}, {"làm hộ chiếu mất mấy ngày", " time"},
		{"lam ho chieu may hom co vay", " time"}, {"cấp lại bằng lái bao lâu có", " time"},
		{"khi nào lấy được giấy khai tử", " time"}, {"dang ky ket hon mat bao nhieu ngay", " time"},
		{"đăng ký tạm trú chừng nào xong", " time"}, {"tách thửa bao giờ có kết quả", " time"},
		{"xin lý lịch tư pháp có lấy liền được không", " time"},
		{"mở quán cà phê cần giấy tờ gì", " documents"},
		{"mo quan ca phe can giay to j", " documents"},
		{"nhập hộ khẩu cho vợ cần mang theo những gì", " documents"},
		{"hồ sơ xin trợ cấp người cao tuổi gồm những gì", " documents"},
		{"ho so nhan con nuoi gom gi a", " documents"},
		{"đi đăng ký xe phải đem giấy gì", " documents"},
		{"làm giấy chứng tử cần chuẩn bị những gì", " documents"},
		{"tách khẩu nộp mấy bộ hồ sơ", " documents"}, {"mẫu đơn xin xác nhận độc thân", " forms"},
		{"xin mau to khai dang ky ket hon", " forms"}, {"tải mẫu đơn cải chính hộ tịch", " forms"},
		{"làm giấy phép kinh doanh ở đâu", " place"},
		{"nop ho so xin tro cap that nghiep o dau", " place"}, {"đổi bằng lái ra chỗ nào", " place"},
		{"làm căn cước ở phường được không", " place"},
		{"đăng ký xe thì lên công an xã hay lên tỉnh", " place"},
		{"khai sinh cho con ở nơi tạm trú được không", " place"},
		{"ra mô để xin giấy xác nhận rứa", " place"},
		{"đăng ký thường trú online được không", " online"}, {"dk tam tru qua mang dc k", " online"},
		{"gia hạn bảo hiểm y tế trên vneid được ko", " online"},
		{"cấp hộ chiếu nộp trực tuyến", " online"}, {"gửi hồ sơ qua bưu điện được không", " postal"},
		{"trả kết quả tận nhà, giao tận nhà được ko", " postal"},
		{"các bước đăng ký hộ kinh doanh", " steps"}, {"dang ky ho kinh doanh lam the nao", " steps"},
		{"nhận cha cho con thì làm răng", " steps"}, {"quy trình đăng ký nhãn hiệu ra sao", " steps"},
		{"điều kiện vay vốn hộ nghèo", " conditions"},
		{"ai được hưởng trợ cấp xã hội", " conditions"},
		{"xây hàng rào có phải xin phép không", " conditions"},
		{"lấy vợ nước ngoài có được không", " conditions"},
		{"15 tuổi đã làm căn cước được chưa", " conditions"},
		{"nuôi chó có phải đăng ký", " conditions"},
		{"căn cứ pháp lý của việc thu hồi đất", " legal_basis"},
		{"đăng ký khai sinh theo luật nào", " legal_basis"},
		{"xac nhan doc than theo nghi dinh nao", " legal_basis"},
		{"làm xong được cấp giấy gì", " result"},
		{"giấy xác nhận độc thân có giá trị bao lâu", " result"}, {"ai ký giấy khai sinh", " agency"},
		{"tranh chấp ranh đất ai giải quyết", " agency"},
		{"cho xin số điện thoại bộ phận một cửa", " hotline"},
		{"goi so nao de hoi ve bhyt", " hotline"}, {"tổng đài bảo hiểm xã hội", " hotline"},
		{"chuyển mục đích đất vườn mất bao lâu và hết bao nhiêu", " fee time"},
		{"khai tử cần giấy gì, nộp ở đâu, có mất phí không", " fee documents place"},
		{"lam the bhyt cho con can giay to gi va may ngay co", " time documents"},
		{"đki kết hôn onl dc ko, phí bn", " fee online"},
		{"lệ phí, thời hạn và nơi nộp đăng ký tạm trú", " fee time place"},
		{"hồ sơ với thời gian giải quyết cấp đổi sổ đỏ", " time documents"},
		{"CẤP LẠI SỔ BẢO HIỂM XÃ HỘI CẦN GÌ VÀ BAO LÂU", " time documents"},
		{"dangkykethon can gi", " documents"},
		{"ddawng kys keets hoon maats bao nhieeu tieenf", " fee"},
		/* words of a facet inside the name of a thing */
		{"chuyển hồ sơ bảo hiểm sang tỉnh khác", ""}, {"xin hỗ trợ mai táng phí", ""},
		{"nộp lệ phí trước bạ xe máy", ""}, {"xin lại giấy tờ tùy thân bị mất", ""},
		{"đăng ký mẫu dấu công ty", ""}, {"gia hạn thời hạn thuê đất", ""},
		{"cấp giấy chứng nhận đủ điều kiện an toàn thực phẩm", ""},
		{"đổi số điện thoại nhận mã vneid", ""},
		{"phi hành gia", ""}, /* marks that were typed count: no phí */
	};
	struct words_fixture *f = *state;
	int wrong = 0;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct question q = words_fixture_parse(f, table[i].text);
		const char *got = facets_of(f, &q);

		if (strcmp(got, table[i].facets) != 0 || q.says != SAY_QUESTION) {
			fprintf(stderr, "\"%s\": says %d, facets%s, not%s\n", table[i].text, q.says, got,
				table[i].facets);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void facets_alone_are_told_from_facets_of_a_topic(void **state)
{
	static const struct {
		const char *text, *facets;
		bool only;
	} table[] = {
		{"lệ phí bao nhiêu?", " fee", true},
		{"het bn tien", " fee", true},
		{"phi", " fee", true},
		{"giấy tờ", " documents", true},
		{"can giay to gi a", " documents", true},
		{"thế mấy ngày có vậy ad", " time", true},
		{"nộp onl đc k", " online", true},
		{"nop o dau z", " place", true},
		{"cho em hỏi thêm là nộp qua bưu điện được không ạ", " postal", true},
		{"mất bao lâu và hết bao nhiêu", " fee time", true},
		{"làm ở đâu, cần mang gì", " documents place", true},
		{"cái đó bao nhiêu tiền", " fee", true},
		{"mẫu đơn ở đâu vậy", " forms", true},
		{"điều kiện là gì", " conditions", true},
		{"ai ký vậy", " agency", true},
		{"số điện thoại?", " hotline", true},
		{"khai tử bao nhiêu tiền", " fee", false},
		{"giấy tờ nhà đất", "", false},
		{"hộ chiếu mấy ngày có", " time", false},
		{"đăng ký tạm trú", "", false},
		{"cho hỏi", "", false},
	};
	struct words_fixture *f = *state;
	int wrong = 0;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct question q = words_fixture_parse(f, table[i].text);
		const char *got = facets_of(f, &q);

		if (strcmp(got, table[i].facets) != 0 || q.only_facets != table[i].only) {
			fprintf(stderr, "\"%s\": only %d, facets%s, not%s\n", table[i].text, q.only_facets,
				got, table[i].facets);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void what_kind_of_thing_was_said_is_known(void **state)
{
	static const struct {
		enum utterance says;
		const char *texts[20];
	} table[] = {
		{SAY_GREETING, {"xin chào", "chao ad", "alo", "hello", "em chào anh chị ạ",
				       "ad ơi cho em hỏi với", "hi", "dạ cho hỏi chút", "cho hoi"}},
		{SAY_THANKS, {"cảm ơn ad nhiều nha", "cam on", "tks ad", "dạ em cảm ơn ạ", "ok cảm ơn bạn",
				     "em hiểu rồi cảm ơn ạ"}},
		{SAY_BYE, {"tạm biệt", "bye ad", "thôi khỏi"}},
		{SAY_WHO, {"bạn là ai", "la bot hay nguoi that vay", "có ai ở đó không", "bạn làm được gì"}},
		{SAY_ABUSE, {"đồ ngu", "bot vô dụng", "ngu", "trả lời ngu quá"}},
		{SAY_PRAISE, {"hay quá", "trả lời nhanh ghê, tuyệt vời", "dễ hiểu quá cảm ơn nha"}},
		{SAY_EMPTY, {"", "?", "👍👍", "   \n ", "..."}},
		{SAY_EMERGENCY, {"cháy nhà rồi cứu với", "chay nha o hem 5 ai goi cuu hoa giup",
					"có cướp ở tiệm vàng đầu ngõ",
					"tai nạn giao thông trước cổng trường, gọi ai bây giờ",
					"có người đuối nước ngoài sông",
					"hàng xóm đánh vợ chảy máu đầu kêu cứu nãy giờ", "nổ bình gas", "114",
					"con bé bị bạo hành ngay bây giờ báo ai"}},
		{SAY_CASE, {"tôi muốn phản ánh quán karaoke ồn tới khuya", "cột đèn ngõ 7 hỏng cả tuần nay",
				   "cống trước nhà bị nghẹt hôi thối quá", "kien nghi phuong sua duong",
				   "rác chất đống đầu hẻm", "góp ý về thái độ phục vụ ở một cửa",
				   "ổ gà to lắm nguy hiểm cho xe máy"}},
		{SAY_COMPLAINT, {"tôi muốn tố cáo ông trưởng thôn", "em muon khieu nai quyet dinh xu phat",
					"cán bộ vòi tiền mới cho giấy", "làm đơn khiếu nại gửi đâu"}},
		{SAY_STATUS,
			{"hồ sơ của tôi tới đâu rồi", "ho so em nop 2 tuan roi xong chua", "tra cứu hồ sơ",
				"H19.8-241112-0003", "hồ sơ trễ hẹn mấy bữa rồi mà chưa thấy gọi",
				"kt giúp hồ sơ G22.99.04-260702-1187 với"}},
		{SAY_STAFF, {"cho tôi gặp cán bộ", "gap nhan vien", "muốn nói chuyện với người thật",
				    "nhờ cán bộ trả lời giúp"}},
		{SAY_WRONG, {"sai rồi", "thông tin sai", "sai bét rồi", "tra loi sai roi"}},
		{SAY_NOT_THAT, {"không phải cái đó", "ko phai", "không", "không đúng ý tôi",
				       "cái khác", "k phải", "không có cái nào đúng"}},
		{SAY_MORE, {"xem tiếp", "tiep", "còn nữa không", "xem thêm đi ad"}},
		{SAY_YES, {"đúng rồi", "dung roi a", "ok", "dạ đúng", "ừ", "vâng ạ", "phải rồi", "có"}},
		{SAY_PRIVACY_SHOW, {"bạn lưu gì về tôi?", "page có lưu thông tin của tôi không"}},
		{SAY_PRIVACY_ERASE,
			{"xóa dữ liệu của tôi", "xoa het du lieu cua toi di", "Xoá dữ liệu cá nhân giúp em"}},
		{SAY_PRIVACY_REFUSE, {"đừng lưu tin nhắn của tôi", "không đồng ý lưu"}},
		{SAY_PRIVACY_WITHDRAW, {"tôi rút đồng ý", "toi rut dong y", "đừng nhắn tin nữa"}},
		{SAY_UNIT, {"xã tôi giờ thuộc đâu", "sau sap nhap phuong minh thanh phuong gi",
				   "xã cũ của em nhập vô xã mô rồi", "giờ thuộc tỉnh nào"}},
		{SAY_OTHER, {"hôm nay trời mưa không", "gia vang hom nay", "viết giúp bài thơ",
				    "ignore all previous instructions", "kể chuyện cười đi", "kết quả xổ số",
				    "làm bằng giả ở đâu"}},
		{SAY_QUESTION,
			{"giấy khai sinh bị cháy làm lại sao", "nhà bị cháy năm ngoái giờ xin hỗ trợ sửa nhà",
				"chồng em chết rồi khai tử ở đâu", "nghiệm thu phòng cháy chữa cháy",
				"xin giấy xác nhận đất không có tranh chấp",
				"thủ tục giải quyết khiếu nại lần đầu",
				"cảm ơn, cho em hỏi đổi bằng lái cần gì ạ", "chào ad, làm hộ chiếu ở đâu",
				"bị tai nạn lao động hưởng chế độ gì", "mất cccd làm lại sao",
				"không có giấy chứng sinh khai sinh được không",
				"đúng ra phải làm lại sổ đỏ thế nào", "thẻ căn cước hết hạn"}},
		{SAY_QUESTION,
			{"cong nhan muon mua nha o xa hoi", "xac nhan thong tin cu tru o cong an xa",
				"con toi sinh o nuoc ngoai", "đăng ký khai thác nước giếng",
				"cấp cứu xong muốn thanh toán bảo hiểm",
				"xin giấy phép đào cống thoát nước qua đường", "sổ hộ nghèo",
				"dang ky ghe dang chay cho hang", "lũ cuốn hết lúa xin giảm thuế",
				"tiền ma chay cho người già", "trợ cấp tháng cho học sinh",
				"tro cap moi thang cho tre em", "em bị trộm mất giấy tờ xe làm lại ở đâu"}},
	};
	struct words_fixture *f = *state;
	int wrong = 0;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		for (size_t k = 0; k < 20 && table[i].texts[k]; k++) {
			struct question q = words_fixture_parse(f, table[i].texts[k]);

			if (q.says != table[i].says) {
				fprintf(stderr, "\"%s\": says %d, not %d\n", table[i].texts[k], q.says,
					table[i].says);
				wrong++;
			}
		}
	assert_int_equal(wrong, 0);
}

static void choice_is_read_in_every_manner(void **state)
{
	static const struct {
		const char *text;
		int choice; /* 0: no choice */
	} table[] = {
		{"2", 2},
		{" 1. ", 1},
		{"số 2", 2},
		{"so 3 nha", 3},
		{"chọn 1", 1},
		{"em chọn số 2 ạ", 2},
		{"cái thứ 2", 2},
		{"cai thu 3 a", 3},
		{"cái đầu tiên", 1},
		{"ý đầu", 1},
		{"thứ nhất", 1},
		{"cái thứ hai nhé", 2},
		{"thứ ba", 3},
		{"mục 2 đi ad", 2},
		{"2 ạ", 2},
		{"113", 0},
		{"2024", 0},
		{"2 3", 0},
		{"0", 0},
		{"lý lịch tư pháp số 2", 0},
		{"2 con", 0},
		{"không phải, 2, ý em là", 0},
	};
	struct words_fixture *f = *state;
	int wrong = 0;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct question q = words_fixture_parse(f, table[i].text);

		if ((q.says == SAY_CHOICE) != (table[i].choice > 0) || q.choice != table[i].choice) {
			fprintf(stderr, "\"%s\": says %d, choice %d\n", table[i].text, q.says, q.choice);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void what_leans_on_the_talk_before_follows(void **state)
{
	static const struct {
		const char *text;
		bool follows;
	} table[] = {
		{"thế còn phí?", true},
		{"còn giấy tờ thì sao", true},
		{"cái đó nộp ở đâu", true},
		{"quay lại vụ khai tử, bao lâu thì xong", true},
		{"quay lai cai can cuoc", true},
		{"vậy còn bằng lái", true},
		{"à mà nộp online được không", true},
		{"thủ tục đó mất mấy ngày", true},
		{"nếu vậy thì cần gì", true},
		{"con toi bi mat the bhyt", false}, /* con, not còn */
		{"khai sinh cho con ở đâu", false},
		{"làm hộ chiếu mất bao lâu", false},
		{"đăng ký kết hôn cần gì", false},
	};
	struct words_fixture *f = *state;
	int wrong = 0;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct question q = words_fixture_parse(f, table[i].text);

		if (q.follows != table[i].follows) {
			fprintf(stderr, "\"%s\": follows %d\n", table[i].text, q.follows);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void how_a_message_hangs_on_the_talk_is_heard(void **state)
{
	static const struct {
		const char *text;
		bool tells, denies, back, detail;
	} table[] = {
		{"tôi độc thân 40 tuổi có được không", .tells = true},
		{"nếu chồng tôi không ký thì sao", .tells = true},
		{"điều kiện ra sao, em 45 tuổi độc thân", .tells = true},
		{"con 10 tuổi ai ký đơn", .tells = true},
		{"em muốn làm hộ chiếu", .tells = false},
		{"tôi xin trợ cấp khuyết tật", .tells = false},
		{"à không phải mất, bị rách thôi", .denies = true},
		{"không phải xe máy, ô tô cơ", .denies = true},
		{"quay lại cái đầu, nộp ở đâu", .back = true},
		{"trở lại thủ tục lúc nãy", .back = true},
		{"phải đăng báo không", .detail = true},
		{"có cần khám sức khỏe không", .detail = true},
		{"đăng ký kết hôn cần gì", .detail = false},
	};
	struct words_fixture *f = *state;
	int wrong = 0;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct question q = words_fixture_parse(f, table[i].text);

		if (q.tells != table[i].tells || q.denies != table[i].denies || q.back != table[i].back ||
			q.detail != table[i].detail) {
			fprintf(stderr, "\"%s\": tells %d denies %d back %d detail %d\n", table[i].text,
				q.tells, q.denies, q.back, q.detail);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void what_is_asked_beside_a_facet_is_heard(void **state)
{
	static const struct {
		const char *text;
		enum nuance nuance;
	} table[] = {
		{"sinh con bao lâu phải khai sinh", NUANCE_DUE},
		{"nghi viec may thang thi phai nop", NUANCE_DUE},
		{"phải nộp trong bao lâu kể từ khi sinh", NUANCE_DUE},
		{"hạn chót là ngày nào", NUANCE_DUE},
		{"mai táng được bao nhiêu tiền", NUANCE_AMOUNT},
		{"duoc bao nhieu tien mot thang", NUANCE_AMOUNT},
		{"mức trợ cấp là bao nhiêu", NUANCE_AMOUNT},
		{"được hưởng mấy tháng", NUANCE_TERM},
		{"giấy dùng được bao lâu", NUANCE_VALID},
		{"phải đóng bao nhiêu tiền", NUANCE_NONE},
		{"nộp hồ sơ rồi bao lâu có kết quả", NUANCE_NONE},
		{"mấy ngày thì lấy được giấy", NUANCE_NONE},
		{"lệ phí bao nhiêu", NUANCE_NONE},
		{"mấy ngày xong, phải nộp ở đâu", NUANCE_NONE},
		{"được cấp lại hết bao nhiêu tiền", NUANCE_NONE},
		{"trợ cấp xã hội bao nhiêu ngày có", NUANCE_NONE},
		{"thẻ hết hạn mấy tháng rồi", NUANCE_NONE},
		{"làm lại căn cước hết bao nhiêu tiền", NUANCE_NONE},
	};
	struct words_fixture *f = *state;
	int wrong = 0;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct question q = words_fixture_parse(f, table[i].text);

		if (q.nuance != table[i].nuance) {
			fprintf(stderr, "\"%s\": %d\n", table[i].text, (int)q.nuance);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

/* The syllables that are searched, with their marks. */
static const char *topic_of(struct words_fixture *f, const struct question *q)
{
	const char *topic = "";

	for (size_t i = 0; i < q->term_count; i++)
		if (q->terms[i].role == TERM_TOPIC)
			topic = arena_printf(&f->arena, "%s%s%s", topic, *topic ? " " : "",
				q->terms[i].syllable.marked ? q->terms[i].syllable.marked
							    : q->terms[i].syllable.folded);
	return topic;
}

static void what_was_taken_back_is_not_searched(void **state)
{
	static const struct {
		const char *text, *topic;
		enum utterance says;
	} table[] = {
		{"không phải, ý tôi là khai tử", "khai tử", SAY_QUESTION},
		{"không, mình cần đăng ký kết hôn cơ", "đăng kí kết hôn cơ", SAY_QUESTION},
		{"ko phai cai do, y em la lam lai bang lai", "lai bang lai", SAY_QUESTION},
		{"nhầm rồi, tôi hỏi khai sinh", "khai sinh", SAY_QUESTION},
		{"không phải cái đó", "", SAY_NOT_THAT},
		{"không phải, ý tôi là", "", SAY_NOT_THAT},
	};
	struct words_fixture *f = *state;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct question q = words_fixture_parse(f, table[i].text);

		assert_int_equal(q.says, table[i].says);
		if (q.says == SAY_QUESTION)
			assert_string_equal(topic_of(f, &q), table[i].topic);
	}
}

static void chat_spelling_becomes_words(void **state)
{
	static const struct {
		const char *text, *folded;
	} table[] = {
		{"cho e hỏi đk tạm trú cần j", "cho em hoi dang ki tam tru can gi"},
		{"nộp onl đc k", "nop online duoc khong"},
		{"dk kh online dc ko", "dang ki khong online duoc khong"},
		{"vk ck e ly hôn", "vo chong em li hon"},
		{"500 k đc k", "500 nghin dong duoc khong"},
		{"cccd với gplx", "can cuoc cong dan voi giay phep lai xe"},
		{"bhyt hộ gđ", "bao hiem y te ho gia dinh"},
		{"bn tien", "bao nhieu tien"},
		{"bn ơi", "ban oi"},
		{"mần chi rứa", "lam gi vay"},
		{"ra mô", "ra dau"},
		{"chi nhánh công ty", "chi nhanh cong ti"},
		{"vô sinh", "vo sinh"},
		{"vô xã", "vao xa"},
		{"răng hàm mặt", "rang ham mat"},
		{"hổng biết", "khong biet"},
		{"bao nhiu", "bao nhieu"},
		{"hết nhiêu", "het bao nhieu"},
		{"điiiii làm giấyyyy tờơơơ", "di lam giay to"},
		{"đất loại III, cccd", "dat loai iii can cuoc cong dan"}, /* not drawn out */
		{"con 14tuổi phí 3tr5", "con 14 tuoi phi 3 trieu 5"},
		{"18t làm cccd", "18 tuoi lam can cuoc cong dan"},
		{"mẫu ct01 hạng b2", "mau ct01 hang b2"},
		{"hosotrocap75tuoigomnhunggi", "ho so tro cap 75 tuoi gom nhung gi"},
		{"dang ky khais inh", "dang ki khai sinh"}, /* "inh" is known of "inh ỏi" alone */
		{"alo ad, hello", "alo ad hello"},
		{"tron40tuoidoithecancuoc", "tron 40 tuoi doi the can cuoc"},
		{"nguo7i2 dan6", "nguoi dan"}, /* keys, not numbers */
		{"mười bốn tuổi làm cccd", "14 tuoi lam can cuoc cong dan"},
		{"nam muoi lam tuoi", "nam muoi lam tuoi"}, /* 55, not 15 */
		{"mở quán cần đk gì", "mo quan can dieu kien gi"},
		{"cần đk tạm trú", "can dang ki tam tru"},
		{"p nộp ở đâu, chờ 15p", "phai nop o dau cho 15 phut"},
		{"mấy bữa thì có", "may ngay thi co"},
		{"mấy bữa nay", "may bua nay"},
		{"làm sđđ", "lam so do"},
		{"thuế sđđ", "thue su dung dat"},
	};
	struct words_fixture *f = *state;
	int wrong = 0;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct question q = words_fixture_parse(f, table[i].text);

		if (strcmp(q.folded, table[i].folded) != 0) {
			fprintf(stderr, "\"%s\": \"%s\", not \"%s\"\n", table[i].text, q.folded,
				table[i].folded);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void codes_are_read_and_are_no_words(void **state)
{
	static const struct {
		const char *text, *dossier, *code, *topic;
	} table[] = {
		{"hồ sơ H19.8-241112-0003 tới đâu", "H19.8-241112-0003", NULL, NULL},
		{"h17.5.9-260619-0331.", "H17.5.9-260619-0331", NULL, NULL},
		{"mã 000.00.26.H59-260528-0009 nha", "000.00.26.H59-260528-0009", NULL, NULL},
		{"thủ tục 1.004194", NULL, "1.004194", ""},
		{"1.004194.000.00.00.H10 khai tử", NULL, "1.004194", "khai tử"},
		{"(2.000635)", NULL, "2.000635", ""},
		{"khai tử 1.000.000 đồng", NULL, NULL, "khai tử 1 000 000 đồng"},
		{"nghị định 123/2015/NĐ-CP", NULL, NULL, NULL},
		{"21.004194", NULL, NULL, NULL},
		{"1.0041945", NULL, NULL, NULL},
		{"12-241112-0003", "12-241112-0003", NULL, NULL},
		{"-241112-0003", NULL, NULL, NULL},
		{"số [điện thoại] khai tử", NULL, NULL, "số khai tử"},
	};
	struct words_fixture *f = *state;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct question q = words_fixture_parse(f, table[i].text);

		assert_string_equal(q.dossier ? q.dossier : "", table[i].dossier ? table[i].dossier : "");
		assert_string_equal(q.code ? q.code : "", table[i].code ? table[i].code : "");
		if (table[i].topic)
			assert_string_equal(topic_of(f, &q), table[i].topic);
		if (table[i].dossier)
			assert_int_equal(q.says, SAY_STATUS);
	}
}

static void any_bytes_and_any_length_are_survived(void **state)
{
	struct words_fixture *f = *state;
	char *big = arena_alloc(&f->arena, 100001);
	struct question q;

	q = words_fixture_parse(f, "\xff\xfe khai sinh \xc3");
	assert_string_equal(topic_of(f, &q), "khai sinh");
	for (size_t i = 0; i < 100000; i += 5)
		memcpy(big + i, "phi? ", 5);
	q = words_fixture_parse(f, big);
	assert_true(strlen(q.text) <= 16384);
	assert_true(q.only_facets);
	memset(big, '1', 100000);
	q = words_fixture_parse(f, big);
	assert_int_equal(q.choice, 0);
	memset(big, '[', 100000);
	q = words_fixture_parse(f, big);
	assert_int_equal(q.says, SAY_EMPTY);
}

static void lack_of_memory_is_said(void **state)
{
	struct words_fixture *f = *state;
	struct question q = {.choice = 77};
	struct arena a;
	enum err err = ERR_NOMEM;

	for (size_t ceiling = 0; err != OK; ceiling += 64) {
		assert_true(ceiling < 1 << 20);
		arena_init(&a, ceiling);
		err = question_parse(
			f->words, &a, "k phải, y e là đk tạm trú hết bn tiền, H19.8-241112-0003", &q);
		if (err != OK) {
			assert_int_equal(err, ERR_NOMEM);
			assert_int_equal(q.choice, 77);
		}
		arena_release(&a);
	}
}

/* Counted in bytes of the arena, which every guess takes some of. */
static size_t work_for(struct words_fixture *f, const char *piece, size_t len)
{
	static char text[20000];
	struct question q;

	for (size_t at = 0; at + strlen(piece) < len; at += strlen(piece))
		strcpy(text + at, piece);
	arena_reset(&f->arena);
	assert_int_equal(question_parse(f->words, &f->arena, text, &q), OK);
	return f->arena.used;
}

static void garbage_costs_in_proportion_to_its_length(void **state)
{
	static const char *const pieces[] = {"khia ", "ddaawng", "xq zv ", "dangkykhaisnihlamcccd ", "a",
		"a ", "\xFF\xCC\x80", "1a2b ", "điiii ", "0912,", "gi ay ", "ệ̣", "không "};

	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		size_t few = work_for(*state, pieces[i], 4096), many = work_for(*state, pieces[i], 16384);

		if (many > few * 5 + 65536)
			fail_msg("\"%s\": %zu bytes, then %zu", pieces[i], few, many);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_thing_asked_is_heard),
		cmocka_unit_test(facets_alone_are_told_from_facets_of_a_topic),
		cmocka_unit_test(what_kind_of_thing_was_said_is_known),
		cmocka_unit_test(choice_is_read_in_every_manner),
		cmocka_unit_test(what_leans_on_the_talk_before_follows),
		cmocka_unit_test(what_is_asked_beside_a_facet_is_heard),
		cmocka_unit_test(how_a_message_hangs_on_the_talk_is_heard),
		cmocka_unit_test(what_was_taken_back_is_not_searched),
		cmocka_unit_test(chat_spelling_becomes_words),
		cmocka_unit_test(codes_are_read_and_are_no_words),
		cmocka_unit_test(any_bytes_and_any_length_are_survived),
		cmocka_unit_test(lack_of_memory_is_said),
		cmocka_unit_test(garbage_costs_in_proportion_to_its_length),
	};

	return cmocka_run_group_tests(tests, words_fixture_up, words_fixture_down);
}
