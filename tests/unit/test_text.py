import json
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from router.text import HEAVY, TextReading, read_text

NOTHING = TextReading(score=0, quoted_chars=0, scripts=frozenset(), reasons=())

ASKS_FOR_TEXT = {
    "en": [
        'A sign that says "OPEN"',
        "A neon sign that says open late",
        "A wooden sign reading Welcome Home above a door",
        'Movie poster for "Dune"',
        "Restaurant menu with three courses",
        "A price tag showing $19.99",
        "UI mockup of a banking app",
        "Certificate of completion with a gold seal",
        "Tombstone engraved with RIP Johnny",
        "A coffee mug with the words World's Best Dad",
        "a jersey with the number 23 on the back",
        "A hand holding a card with ‘Will you marry me?’",
        "A cake with 'Happy Birthday Mia' written in icing",
        'Poster "SUMMER FEST", no other text',
        "Recipe card for pancakes with ingredients and steps",
    ],
    "de": ["Ein Schild mit der Aufschrift „Geschlossen“", "Plakat mit dem Text »Freiheit«", "Infografik über Bienen"],
    "fr": ["Une affiche avec le titre « La Nuit »", "Un panneau qui dit Interdit de fumer", "Faire-part de naissance"],
    "es": ['Un cartel que dice "Abierto"', "Tarjeta de cumpleaños que diga Feliz cumpleaños Ana", "Menú del día"],
    "it": ['Un poster con scritto "Ciao Mamma"', "Un cartello con la scritta Chiuso"],
    "pt": ['Um cartaz escrito "Vende-se"', "Cardápio de restaurante com preços"],
    "nl": ['Een bord met de tekst "Verboden toegang"', "Uitnodiging voor een bruiloft"],
    "pl": ["Plakat z napisem „Dzień Dobry”", "Zaproszenie na ślub w stylu vintage"],
    "tr": ['"Hoş geldiniz" yazan bir tabela', "Doğum günü davetiyesi tasarımı"],
    "ru": ['Вывеска с надписью "Хлеб"', "Плакат со словами Слава труду", "Меню ресторана в стиле ар-деко"],
    "el": ['Πινακίδα που γράφει "Κλειστό"', "Αφίσα με τίτλο «Καλοκαίρι»"],
    "zh": ["一张写着“欢迎光临”的招牌", "咖啡店菜单设计，包含价格", "帮我设计一张生日贺卡，写上生日快乐"],
    "ja": ["「SALE」と書かれたポスター", "結婚式の招待状デザイン", "看板に「営業中」の文字"],
    "ko": ['"환영합니다"라고 적힌 간판', "생일 축하 카드, 문구는 생일 축하해"],
    "th": ['ป้ายเขียนว่า "ยินดีต้อนรับ"', "เมนูร้านอาหารไทยพร้อมราคา"],
    "ar": ['لافتة مكتوب عليها "مغلق"', "ملصق بعنوان «السلام»"],
    "he": ['שלט שכתוב עליו "סגור"', "כרזה עם הכיתוב שלום עולם"],
    "hi": ['एक बोर्ड जिस पर लिखा है "स्वागत है"', "रेस्टोरेंट का मेनू कार्ड"],
    "others": ['En skylt där det står "Öppet"', 'Kyltti, jossa lukee "Avoinna"', 'Biển hiệu ghi "Phở Hà Nội"'],
}
WANTS_NO_TEXT = {
    "en": [
        "A mountain landscape at sunset, no text",
        "A clean poster background without any lettering",
        "A text-free banner with autumn leaves",
        "Make sure there is no text, logos, or watermarks anywhere in the image.",
        "The image must not contain any letters or numbers",
        "Remove the text from this poster",
        'Erase the word "SALE" from the sign',
        "a woman reading a book in a cafe",
        "a cat sleeping on a newspaper",
        "blank t-shirt mockup on a hanger",
        "A chess board on a table",
        "Website hero image of a mountain lake",
        "NASA astronaut riding a horse",
        "Abstract texture for a context menu icon, wordless",
    ],
    "de": ["Ein Hund auf einer Wiese, kein Text, keine Buchstaben", "ein Schild ohne Aufschrift"],
    "fr": ["Une plage au coucher du soleil, sans texte", "Panneau vierge au bord de la route"],
    "es": ["Un gato en la playa, sin texto ni letras", "Mujer leyendo un libro en la playa"],
    "it": ["Un paesaggio toscano senza scritte"],
    "pt": ["Uma praia tropical, sem texto"],
    "nl": ["Een bos in de herfst zonder tekst"],
    "pl": ["Zachód słońca nad morzem, bez napisów"],
    "tr": ["Dağ manzarası, yazı olmadan", "Kitap okuyan kadın"],
    "ru": ["Горный пейзаж, без текста и надписей", "Убери текст с картинки", "Текстура дерева"],
    "el": ["Ηλιοβασίλεμα στη θάλασσα, χωρίς κείμενο"],
    "zh": ["森林里的小屋，不要文字", "去掉图片中的文字", "一只猫坐在十字路口", "山水画，无任何文字和水印"],
    "ja": ["夕焼けの海、文字なし", "画像から文字を消してください"],
    "ko": ["바다 풍경, 글자 없이", "이미지에서 텍스트를 제거해줘"],
    "th": ["ภูเขายามเช้า ไม่มีข้อความ"],
    "ar": ["منظر طبيعي بدون نص"],
    "he": ["נוף הרים ללא טקסט"],
    "hi": ["पहाड़ का दृश्य, बिना टेक्स्ट के", "तस्वीर से टेक्स्ट हटाओ"],
}
NAMES_AND_MEASURES = [
    'in the style of "Starry Night"',
    'A still from the film "Alien"',
    'A dog named "Rex" running in a field',
    'the concept of "freedom" as an abstract painting',
    "Family portrait in the spirit of 'American Gothic'",
    "「千と千尋の神隠し」風の風景",
    'A man 5\'10" tall standing next to a 12" ruler',
    'A 24" monitor and a 27" monitor on a desk',
    "the dogs' owners' house, don't ask, in the '90s",
    "rock 'n' roll guitarist on stage",
    'A 12"x14" canvas with a fox',
    'An illustration for "The Salt Road", no text',
    '"A cat sits on a windowsill, soft morning light, 35mm"',
]


def each(table):
    return pytest.mark.parametrize("prompt", [prompt for prompts in table.values() for prompt in prompts])


@each(ASKS_FOR_TEXT)
def test_a_prompt_that_asks_for_text_is_heavy(prompt):
    assert read_text(prompt).heavy


@each(WANTS_NO_TEXT)
def test_a_prompt_that_wants_no_text_is_not_heavy(prompt):
    assert not read_text(prompt).heavy


@pytest.mark.parametrize("prompt", NAMES_AND_MEASURES)
def test_names_titles_measures_and_apostrophes_are_not_drawn(prompt):
    reading = read_text(prompt)

    assert (reading.quoted_chars, reading.heavy) == (0, False)


def test_a_reading_tells_how_much_in_which_script_and_why():
    assert read_text('A poster in Tokyo with the words "営業中 Café"') == TextReading(
        score=100,
        quoted_chars=8,
        scripts=frozenset({"cjk", "latin"}),
        reasons=(
            "quotes 8 characters to draw: `営業中 Café`",
            "names text to draw: `words`",
            "a `poster` often carries text",
        ),
    )


def test_a_picture_without_text_gives_no_reasons():
    assert read_text("two red pandas on a branch") == NOTHING


@pytest.mark.parametrize(
    "quoted",
    [
        '"OPEN"',
        "“OPEN”",
        "„OPEN“",
        "«OPEN»",
        "»OPEN«",
        "「OPEN」",
        "『OPEN』",
        "'OPEN'",
        "‘OPEN’",
        "`OPEN`",
        "《OPEN》",
        "＂OPEN＂",
    ],
)
def test_quotes_of_all_styles_count(quoted):
    assert read_text(f"A sign that says {quoted} above a door").quoted_chars == len("OPEN")


@pytest.mark.parametrize(
    ("wording", "script"),
    [
        ("Open", "latin"),
        ("営業中", "cjk"),
        ("열림", "cjk"),
        ("Открыто", "cyrillic"),
        ("مفتوح", "arabic"),
        ("פתוח", "hebrew"),
        ("खुला", "devanagari"),
        ("เปิด", "thai"),
        ("Ανοιχτό", "greek"),
        ("Բաց", "other"),
        ("営業中（24/7）！", "cjk"),
    ],
)
def test_the_script_is_that_of_the_wording(wording, script):
    assert read_text(f'A sign that says "{wording}"').scripts == {script}


@pytest.mark.parametrize(
    ("prompt", "scripts"),
    [
        ("一座雪山下的湖泊", set()),
        ("一张写着“OPEN”的招牌", {"latin"}),
        ("A sign that says 5 + 5", set()),
        ("A plate with the number 42", set()),
        ("Arabic calligraphy on parchment", {"arabic"}),
        ("A poster with text in Japanese", {"cjk"}),
        ("A Japanese garden in spring", set()),
        ("Плакат со словами Слава труду", {"cyrillic"}),
    ],
)
def test_scripts_are_those_of_the_wanted_text_not_of_the_prompt(prompt, scripts):
    assert read_text(prompt).scripts == scripts


def test_a_negation_ends_where_an_exception_begins():
    assert read_text('A plain card, no text except "Anna"').quoted_chars == len("Anna")


def test_what_an_edit_removes_is_not_drawn():
    assert read_text('Remove the "OPEN" sticker').quoted_chars == 0


def test_a_word_for_text_decides_about_the_quote_after_it():
    assert read_text('A film still with the caption "Dawn"').quoted_chars == len("Dawn")


def test_no_text_outweighs_a_thing_that_usually_carries_text():
    assert read_text("A wedding invitation with roses, no text").reasons == ("says that no text is wanted",)


def test_in_an_edit_a_thing_that_is_named_is_there_already():
    prompt = "Brighten the menu"

    assert (read_text(prompt).heavy, read_text(prompt, edit=True).heavy) == (True, False)


@pytest.mark.parametrize(
    "prompt",
    ['Replace "Open" with "Closed" on the sign', "Turn this photo into a movie poster with a title", "Add a menu"],
)
def test_an_edit_that_adds_text_is_heavy(prompt):
    assert read_text(prompt, edit=True).heavy


@pytest.mark.parametrize(
    ("prompt", "chars", "heavy"),
    [
        ({"scene": "city street", "style": "cinematic", "title_color": "red"}, 0, False),
        ({"layout": {"title": "Q3 Results", "bullets": ["Revenue +12%", "Churn -3%"]}}, 31, True),
        ({"prompt": "a red fox", "negative_prompt": "text, letters"}, 0, False),
        ({"subject": "castle", "text": None}, 0, False),
        ({"subject": "castle", "headline": "none"}, 0, False),
        ({"kind": "sign", "text": "営業中"}, 3, True),
    ],
)
def test_json_counts_by_its_values_and_not_by_its_keys(prompt, chars, heavy):
    reading = read_text(json.dumps(prompt))

    assert (reading.quoted_chars, reading.heavy) == (chars, heavy)


def test_json_inside_prose_counts_by_its_values():
    assert read_text('Draw this: {"scene": "a lake", "headline": "Stay", }').quoted_chars == len("Stay")


@pytest.mark.parametrize(
    "prompt",
    [
        "A {{animal}} wearing a {{ colour | default('red') }} hat",
        'A {argument name="animal" default="fox"} in the snow',
        "${subject} on a beach, <style>, %s",
        "[SUBJECT] in the rain",
    ],
)
def test_the_slots_of_a_template_are_not_text(prompt):
    assert read_text(prompt) == NOTHING


@pytest.mark.parametrize(
    "prompt", ['A sign that says "{{text}}"', "A sign that says ${text}", 'A card reading "Dear {name}"']
)
def test_a_slot_can_be_the_wording(prompt):
    assert read_text(prompt).heavy


@pytest.mark.parametrize(
    "prompt",
    [
        *(
            "",
            " ",
            "\n\n",
            "\x00\x1b[31m",
            "\ud800",
            "\udfff\ud800",
            '"\ud800"',
            "👩‍👩‍👧 🪧",
            "\x1a",
            "\x7f",
            '\x1a "a" \x7f',
            '{"scene": "\\u001a"}',
            '{"scene": "\\u007f \\ue000"}',
        ),
        *('"', "'", "“", "{", "[", '{"', "{{", "}}", "%", "null", "101", '"x"', '{"a": 1e999}', "[" * 9999),
    ],
)
def test_odd_prompts_are_read_like_any_other(prompt):
    assert 0 <= read_text(prompt).score < HEAVY


@pytest.mark.parametrize(
    "piece",
    [
        *('"', "'", "“", "'a ", "'a' ", '"a" film ', '"a":"', '"a" ', "{", "{{a", "[a", "<", "%(a", '{"a":', "l'"),
        *(
            "A sign that says A ",
            "no text ",
            "text none ",
            "Arabic text ",
            "写着“海报”",
            "菜单",
            "라고 ",
            "نص ",
            "\n",
            "\ud800",
        ),
    ],
)
def test_time_grows_no_faster_than_the_prompt(piece):
    def seconds(prompt):
        started = time.process_time()  # other programs do not count
        read_text(prompt)
        return time.process_time() - started

    def growth():
        short, long = (min(seconds((piece * size)[:size]) for _ in range(3)) for size in (4000, 32_000))
        return long / short

    attempts = 6  # a machine that stalls spoils some; quadratic time, 64 times as long, spoils all
    assert any(growth() < 3 * 8 for _ in range(attempts))


prompts = st.one_of(
    st.text(),
    st.text(st.characters(exclude_categories=())),  # with lone surrogates
    st.lists(
        st.sampled_from(
            [
                "a",
                "sign",
                "that says",
                "no",
                "text",
                "poster",
                "“",
                "”",
                '"',
                "'",
                "{{x}}",
                "{",
                "}",
                ":",
                ".",
                "写着",
                "OPEN",
            ]
        )
    ).map(" ".join),
)


@given(prompts, st.booleans())
@example("\ud800 sign that says", False)  # noqa: FBT003
def test_any_prompt_has_one_reading(prompt, edit):
    reading = read_text(prompt, edit=edit)

    assert read_text(prompt, edit=edit) == reading
    assert 0 <= reading.score <= 100
    assert reading.quoted_chars <= len(prompt)
    assert all(reason.isprintable() for reason in reading.reasons)


@given(st.text(st.characters(categories=("L", "N")), min_size=1))
def test_what_a_sign_says_is_counted_letter_by_letter(wording):
    reading = read_text(f'a sign that says "{wording}"')

    assert (reading.quoted_chars, reading.heavy) == (len(wording), True)


@given(st.text(st.characters(categories=("L", "N")), min_size=1))
def test_a_title_is_never_drawn(title):
    assert read_text(f'a painting in the style of "{title}"') == NOTHING
