"""Words that tell whether a prompt asks for legible text: data for `roles.py`, nothing else.

Languages written in Latin letters list whole words. All others list stems, which `roles.py` finds anywhere, because
they put no space between words or bend them at both ends; where a stem lies inside another, the longer one counts.
"""

from collections.abc import Mapping

CLOSING: Mapping[str, str] = {  # what may close a quote, by what opened it
    '"': '"',
    "'": "'",
    "`": "`",
    "“": "”“",
    "”": "”",
    "„": "“”",
    "‟": "”",
    "‘": "’‘",
    "‚": "‘’",
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
    "「": "」",
    "『": "』",
    "《": "》",
    "〈": "〉",
    "〝": "〞〟",
    "＂": "＂",
}
TYPEWRITTEN: frozenset[str] = frozenset("\"'`")  # the same sign opens and closes
LOOSE: frozenset[str] = frozenset("'`‘‚《〈")  # also used for irony, contractions and titles

# JSON: keys whose value is unwanted, keys that tell the look of text, and values that ask for none
AVOIDING_KEYS: frozenset[str] = frozenset(("negative", "avoid", "exclude", "without", "forbidden", "never"))
LOOK_KEYS: frozenset[str] = frozenset(("font", "fonts", "typography", "typeface", "typefaces"))
NO_VALUES: frozenset[str] = frozenset(("", "none", "no", "false", "null", "n/a", "no text"))

# what may follow an apostrophe that opens no quote; articles that an apostrophe ties to the next word
CONTRACTED = ("n'", "til", "em ", "cause", "tis")
ELIDED = ("l'", "d'", "L'", "D'", "qu'")

# signs that end a sentence, signs that count as words, signs that part words; words between a cue and its wording
ENDS = ".;!?…\n。；！？"
KEPT_SIGNS = ENDS + ",:，、："
SIGNS = KEPT_SIGNS + r"""()[\]{}<>"/|*#~¡¿（）【】"""
FILLERS: frozenset[str] = frozenset((":", "：", "to", "with", "as", "mit", "avec", "con", "com", "met"))

TEXT: Mapping[str, str] = {  # wording itself
    "en": """
        text texts textual lettering letterings letters lettered hand-lettered hand-lettering word words wording
        headline headlines subheading subheadings sub-heading sub-headline subheadline title subtitle subtitles
        tagline taglines slogan slogans motto caption captions captioning inscription inscriptions typography
        typographic typeface typefaces font fonts calligraphy calligraphic wordmark wordmarks monogram monograms
        logotype logotypes initials blurb lettermark letterforms phrase phrases copywriting callouts epitaph byline
        punchline footnotes acronym subtext
    """,
    "de": """
        text texte textes texten schriftzug schriftzüge schriftzügen aufschrift aufschriften beschriftung
        beschriftungen überschrift überschriften schlagzeile schlagzeilen titel untertitel slogan wort wörter worte
        worten buchstaben schrift schriftart handschrift inschrift spruch kalligrafie kalligraphie typografie
        beschriftet schriften
    """,
    "fr": """
        texte textes lettrage inscription inscriptions titre titres sous-titre sous-titres mot mots slogan légende
        légendes typographie police calligraphie lettres manuscrite manuscrites phrase mention intitulé accroche
        écriture écritures
    """,
    "es": """
        texto textos título títulos titular titulares subtítulo subtítulos palabra palabras letras letra inscripción
        inscripciones eslogan leyenda leyendas tipografía tipográfico caligrafía rotulación frase frases lema
    """,
    "it": """
        testo testi scritta scritte titolo titoli sottotitolo sottotitoli parola parole lettere iscrizione
        iscrizioni slogan didascalia didascalie tipografia calligrafia dicitura frase
    """,
    "pt": """
        texto textos título títulos manchete subtítulo subtítulos palavra palavras letras inscrição inscrições
        legenda legendas tipografia caligrafia frase frases dizeres
    """,
    "nl": """
        tekst teksten opschrift opschriften titel titels koptekst ondertitel ondertitels woord woorden letters
        slagzin bijschrift bijschriften typografie lettertype kalligrafie belettering
    """,
    "pl": """
        tekst tekstem tekstu teksty tekstów napis napisem napisu napisy napisów napisami tytuł tytułem tytułu
        nagłówek nagłówkiem hasło hasłem słowo słowem słowa słów litery liter literami podpis podpisem typografia
        typografii kaligrafia
    """,
    "tr": """
        metin metni metinler metinli yazı yazısı yazılar yazıları yazıyı yazılı başlık başlığı başlıklı slogan
        sloganı kelime kelimesi kelimeler harf harfler harfleri harflerle ibaresi tipografi kaligrafi altyazı
        altyazılı
    """,
    "sv": "text texten texter rubrik rubriken ord orden bokstäver titel bildtext typografi",
    "da": "tekst teksten tekster overskrift ord ordet bogstaver titel typografi",
    "no": "tekst teksten tekster overskrift ord ordet bokstaver tittel typografi",
    "fi": "teksti tekstiä tekstin tekstillä otsikko otsikon sana sanat sanoja kirjaimet kirjaimia kirjaimin",
    "cs": "text textem textu nápis nápisem nápisu nápisy titulek titulkem slovo slova písmena písmen písmeny",
    "id": "teks tulisan judul kata kata-kata huruf kaligrafi tipografi",
    "vi": "chữ tiêu",
    "cjk": """
        文字 文本 字样 字幕 标题 標題 字体 字體 标语 標語 口号 口號 手写 手寫 汉字 漢字 大字 书法字 單詞 单词 落款 题字 題字 排版 文案 字母 テキスト タイトル 見出し キャッチコピー ロゴタイプ
        フォント レタリング セリフ 書体 コピー文 タイポグラフィ
    """,
    "hangul": "글자 글씨 문구 텍스트 제목 문장 자막 헤드라인 슬로건 단어 타이포 캘리그라피 폰트 글귀 손글씨체 표어",
    "arabic": "نص عبارة عبارات كلمة كلمات عنوان حروف أحرف كتابة خط عربي شعار نوشته متن جمله الفاظ عناوين",
    "hebrew": "טקסט כיתוב כותרת מילים המילה אותיות כתובת סלוגן גופן טיפוגרפי",
    "devanagari": "टेक्स्ट शब्द अक्षर शीर्षक नारा पाठ सुलेख लिखावट हेडलाइन",
    "thai": "ข้อความ ตัวอักษร ตัวหนังสือ หัวข้อ พาดหัว คำว่า คำบรรยาย สโลแกน ฟอนต์ อักษร",
    "cyrillic": """
        надпис текст заголов слово слова словом словами букв шрифт лозунг подпис каллиграф слоган титул напис літер
    """,
    "greek": "κείμεν κειμέν επιγραφ τίτλο λέξη λέξεις γράμμα σύνθημα γραμματοσειρ φράση λεζάντ",
}

SAYING: Mapping[str, str] = {  # after a thing that can carry text, what follows is the wording
    "en": """
        says say saying spells spelling spelled spelt states stating stated proclaims proclaiming proclaimed titled
        entitled captioned inscribed reads announces announcing declares declaring exclaims exclaiming headlined
        subtitled worded advertises
    """,
    "de": "steht stehen lautet sagt besagt betitelt",
    "fr": "disant indique indiquant affichant proclame lire intitulé intitulée",
    "es": "diga diciendo reza titulado titulada lee ponga anuncia proclama",
    "it": "recita riporta intitolato intitolata",
    "pt": "diz dizendo intitulado intitulada lê anuncia",
    "nl": "zegt luidt staat getiteld",
    "pl": "mówi głosi głoszący głosząca zatytułowany zatytułowana brzmi",
    "tr": "diyen yazan yazıyor yazsın",
    "sv": "säger lyder",
    "da": "siger lyder",
    "no": "sier lyder",
    "fi": "lukee sanoo",
    "cs": "říká hlásá",
    "id": "bertuliskan bertulis berbunyi berjudul",
    "vi": "ghi viết",
    "cjk": """
        写着 寫著 寫着 写有 写上 写道 寫上 印着 印有 印上 印著 刻着 刻有 标注 標註 标着 标有 上书 题为 題為 写成 内容为 显示为 と書かれ と書いて と書い と描かれ と記され と入っ と表示 という文
        を入れて 书写 呈现标题
    """,
    "hangul": "라고 이라고 적힌 적혀 쓰인 쓰여 써진 써줘 새겨진 적어 써있는",
    "arabic": "كتب مكتوب تقول يقول مكتوبة نصها نصه مطبوع منقوش نوشته‌شده",
    "hebrew": "שכתוב כתוב האומר אומר הנושא",
    "devanagari": "लिखा लिखी लिखे लिखो लिखें",
    "thai": "เขียนว่า ระบุว่า พิมพ์ว่า อ่านว่า ที่เขียน",
    "cyrillic": "гласит написано написан гласящ надруков говорит",
    "greek": "γράφει λέει γραμμέν αναγράφ διαβάζεται",
}

MARKING: Mapping[str, str] = {  # wording only where a quote or a capital follows
    "en": """
        reading writing written writes write wrote scrawl scrawled scrawls scribbled printed engraved etched carved
        stamped painted stitched embroidered tattooed labelled labeled labeling labelling marked emblazoned bearing
        stencilled stenciled declares posted brand spray-painted embossed greeting branded
    """,
    "de": "geschrieben beschriftet gedruckt graviert bedruckt",
    "fr": "écrit écrite écrits marqué marquée imprimé imprimée gravé gravée étiqueté",
    "es": "escrito escrita escritas escritos impreso impresa grabado pintado marcado ponga",
    "it": "scritto stampato stampata inciso incisa dipinto",
    "pt": "escrito escrita escritas impresso impressa gravado pintado",
    "nl": "geschreven gedrukt bedrukt gegraveerd",
    "pl": "napisane napisany wydrukowany wygrawerowany podpisany",
    "tr": "basılmış kazınmış",
    "cjk": "标明 注明 宣告 书写 書かれ 書いた 記載 印刷",
    "hangul": "인쇄",
    "cyrillic": "напечатан вырезан выгравир",
    "thai": "พิมพ์",
}

SHOWING: Mapping[str, str] = {  # wording only where a quote follows
    "en": """
        displaying displays display displayed showing shows show featuring features listing lists listed promoting
        advertising showcasing presents presenting welcoming
    """,
    "de": "zeigt zeigen",
    "fr": "montre montrant",
    "es": "muestra mostrando",
    "it": "mostra mostrando",
    "pt": "mostra mostrando",
    "nl": "toont",
    "pl": "pokazuje pokazujący",
    "tr": "gösteren",
    "cjk": "显示 展示 表示 呈现 展现",
    "hangul": "표시",
    "cyrillic": "показывает",
}

NO_TEXT: Mapping[str, str] = {  # no text, in one word
    "en": "textless text-free textfree wordless letterless unlettered no-text",
    "de": "textfrei textlos textfreie textfreies",
    "tr": "yazısız metinsiz",
    "cjk": "无文字 無文字 无字 無字 无文本 无标题 无字幕 去字 文字なし 文字無し 文字抜き 文字入れなし",
    "hangul": "무텍스트 무문자",
    "thai": "ไม่มีข้อความ ไม่มีตัวอักษร ไม่มีตัวหนังสือ",
}

DOCUMENT: Mapping[str, str] = {  # nothing without wording
    "en": """
        menu menus infographic infographics calendar calendars certificate certificates diploma diplomas receipt
        receipts invoice invoices resume résumé cv flyer flyers flier fliers leaflet leaflets brochure brochures
        pamphlet invitation invitations slide slides slideshow ui gui webpage webpages website websites homepage
        wireframe wireframes flowchart flowcharts flow-chart timetable timetables planner worksheet worksheets
        crossword checklist checklists newsletter spreadsheet scoreboard timeline cheatsheet nameplate nameplates
        nametag meme memes testimonial coupon coupons voucher pricelist syllabus itinerary cheat-sheet prescription
        contract questionnaire org-chart mindmap mind-map quiz flashcard flashcards glossary leaderboard
        advertisement advert sign-up login gantt handout whitepaper kanban to-do agenda roadmap scorecard placecard
        bookplate
    """,
    "de": """
        speisekarte menükarte infografik kalender urkunde zertifikat quittung rechnung lebenslauf flyer flugblatt
        broschüre einladung einladungskarte visitenkarte preisschild preisliste folie webseite website
        benutzeroberfläche flussdiagramm stundenplan geburtstagskarte grußkarte fahrplan werbeanzeige dashboard
        startseite wegweiser tagesordnung kassenbon menü zeugnis
    """,
    "fr": """
        menu menus infographie calendrier certificat diplôme reçu facture cv flyer tract dépliant brochure
        invitation faire-part diapositive organigramme horaire prospectus publicité programme
    """,
    "es": """
        menú menús infografía calendario certificado diploma recibo factura currículum folleto volante invitación
        diapositiva sitio-web horario anuncio organigrama panfleto
    """,
    "it": """
        menù menu infografica calendario certificato diploma ricevuta fattura curriculum volantino opuscolo invito
        partecipazione diapositiva scontrino listino brochure
    """,
    "pt": """
        cardápio menu ementa infográfico calendário certificado diploma recibo fatura currículo panfleto folheto
        convite slide fluxograma cronograma anúncio
    """,
    "nl": """
        menukaart menu infographic kalender certificaat diploma bonnetje factuur flyer uitnodiging visitekaartje
        prijskaartje stroomdiagram verjaardagskaart advertentie
    """,
    "pl": """
        menu infografika infografikę kalendarz certyfikat dyplom paragon faktura ulotka ulotkę broszura zaproszenie
        wizytówka wizytówkę cennik slajd rozkład reklama jadłospis
    """,
    "tr": """
        menü menüsü infografik takvim takvimi sertifika sertifikası diploma fiş fatura broşür davetiye davetiyesi
        kartvizit slayt özgeçmiş ilan ilanı
    """,
    "sv": "meny matsedel infografik kalender diplom kvitto inbjudan visitkort flygblad broschyr",
    "da": "menukort infografik kalender diplom kvittering invitation visitkort brochure",
    "no": "meny infografikk kalender diplom kvittering invitasjon visittkort brosjyre",
    "fi": "ruokalista infografiikka kalenteri todistus kuitti kutsu käyntikortti esite",
    "cs": "jídelníček infografika kalendář certifikát diplom účtenka pozvánka vizitka leták",
    "id": "menu infografis kalender sertifikat ijazah kuitansi undangan brosur selebaran",
    "vi": "menu infographic lịch",
    "cjk": """
        菜单 菜單 信息图 資訊圖 信息圖 日历 日曆 证书 證書 奖状 獎狀 请柬 請柬 邀请函 邀請函 请帖 名片 传单 傳單 宣传单 简历 簡歷 收据 發票 发票 价格表 价目表 價目表 幻灯片 幻燈片 流程图 流程圖
        课程表 时间表 時間表 思维导图 网页 網頁 网站 界面 小红书 封面文 广告语 贺卡 賀卡 价格标签 演示文稿 通知单 手抄报 メニュー インフォグラフィック カレンダー 賞状 証明書 招待状 名刺 チラシ
        フライヤー 履歴書 領収書 レシート 料金表 スライド フローチャート 時刻表 年賀状 ウェブサイト ダッシュボード 案内状 値札 お品書き パンフレット 価格入り
    """,
    "hangul": "메뉴 인포그래픽 달력 캘린더 증명서 상장 수료증 초대장 청첩장 명함 전단지 이력서 영수증 가격표 슬라이드 순서도 시간표 웹사이트 대시보드 카드뉴스 브로슈어 안내문",
    "arabic": """
        قائمة طعام أسعار إنفوجرافيك انفوجرافيك تقويم شهادة دعوة بطاقة عمل منشور فاتورة إيصال سيرة ذاتية شريحة عرض
        بروشور جدول مواعيد
    """,
    "hebrew": "תפריט אינפוגרפיקה לוח שנה תעודה הזמנה כרטיס ביקור עלון קבלה חשבונית מחירון שקופית",
    "devanagari": "मेन्यू मेनू इन्फोग्राफिक कैलेंडर प्रमाणपत्र प्रमाण निमंत्रण आमंत्रण रसीद विजिटिंग स्लाइड पर्चा",
    "thai": "เมนู อินโฟกราฟิก ปฏิทิน ใบประกาศ ประกาศนียบัตร การ์ดเชิญ บัตรเชิญ นามบัตร ใบปลิว ใบเสร็จ ป้ายราคา",
    "cyrillic": """
        меню инфографик календар сертификат диплом грамот приглашен визитк визитн листовк брошюр резюме чек-лист
        ценник прайс слайд расписан блок-схем открытк інфографік запрошен
    """,
    "greek": "μενού κατάλογος ημερολόγι πιστοποιητικ δίπλωμα πρόσκληση απόδειξη φυλλάδι βιογραφικ τιμοκατάλογ",
}

SURFACE: Mapping[str, str] = {  # often carries wording, can be drawn without
    "en": """
        sign signs signboard signboards signpost signposts poster posters banner banners billboard billboards
        placard placards label labels sticker stickers badge badges card cards postcard postcards logo logos emblem
        cover covers magazine magazines newspaper newspapers book books page pages letter note notes sticky-note
        notebook screen screens screenshot screenshots interface app t-shirt t-shirts tshirt shirt shirts hoodie
        jersey mug mugs plaque plaques chalkboard chalkboards blackboard blackboards whiteboard whiteboards board
        boards noticeboard tag tags ticket tickets stamp stamps graffiti mural murals neon marquee bubble bubbles
        packaging package tattoo tattoos map maps chart charts diagram diagrams graph graphs blueprint blueprints
        thumbnail headstone gravestone tombstone print prints panel panels scroll parchment envelope envelopes
        keychain tote doormat storefront shopfront comic comics manga storyboard zine bookmark typewriter scrabble
        bulletin bottle sweatshirt scoreboards engraving notecard notice memo broadcast dashboard dashboards
    """,
    "de": """
        schild schilder plakat plakate banner etikett etiketten aufkleber karte buchcover cover logo logos zeitung
        zeitschrift buch seite brief zettel tafel kreidetafel bildschirm t-shirt tasse verpackung grabstein
        sprechblase sprechblasen ladenschild straßenschild verkehrsschild werbetafel leuchtreklame ortsschild poster
        diagramm postkarte ausweis tattoo holzschild graffiti
    """,
    "fr": """
        panneau panneaux pancarte pancartes affiche affiches bannière banderole enseigne étiquette étiquettes carte
        cartes logo couverture journal livre page tableau ardoise écran t-shirt tasse emballage autocollant bulle
        bulles badge plaque ticket billet tombe graffiti
    """,
    "es": """
        cartel carteles letrero letreros póster afiche pancarta pancartas rótulo rótulos etiqueta etiquetas tarjeta
        tarjetas logo logotipo portada periódico revista libro página carta pizarra pizarrón pantalla camiseta taza
        pegatina bocadillo placa señal valla lápida grafiti
    """,
    "it": """
        cartello cartelli insegna insegne locandina manifesto poster striscione etichetta etichette biglietto logo
        copertina giornale rivista libro pagina lavagna schermo maglietta tazza adesivo fumetto targa cartolina
        graffito
    """,
    "pt": """
        cartaz cartazes placa placas letreiro pôster faixa banner etiqueta etiquetas rótulo rótulos cartão logo
        logotipo capa jornal revista livro página quadro lousa tela camiseta caneca adesivo balão outdoor lápide
        grafite
    """,
    "nl": """
        bord uithangbord verkeersbord straatnaambord poster affiche spandoek etiket label kaart kaartje logo omslag
        krant tijdschrift boek schoolbord krijtbord scherm t-shirt mok sticker tekstballon bordje
    """,
    "pl": """
        plakat plakatem plakatu szyld szyldem szyldu znak tablica tabliczka tabliczkę baner etykieta etykietą kartka
        kartkę karta logo okładka okładkę gazeta książka ekran koszulka kubek naklejka dymek transparent neon
    """,
    "tr": """
        tabela tabelası tabelada levha levhası afiş afişi poster posteri pankart etiket kart kartı logo logosu kapak
        kapağı gazete kitap tahta ekran tişört kupa çıkartma balonu
    """,
    "sv": "skylt skylten affisch poster etikett kort logotyp omslag tidning tavla",
    "da": "skilt skiltet plakat etiket kort logo omslag avis tavle",
    "no": "skilt skiltet plakat etikett kort logo omslag avis tavle",
    "fi": "kyltti kyltin juliste julisteen etiketti kortti logo kansi lehti taulu",
    "cs": "cedule cedulí plakát plakátem etiketa karta logo obálka noviny tabule",
    "id": "papan poster spanduk label kartu logo sampul koran baliho plang",
    "vi": "biển áp-phích bảng",
    "cjk": """
        海报 海報 招牌 牌子 标牌 標牌 告示牌 路牌 指示牌 横幅 橫幅 标签 標籤 贴纸 貼紙 卡片 封面 报纸 報紙 书籍 黑板 屏幕 螢幕 T恤 杯子 对话框 气泡 徽章 广告 廣告 石碑 木牌 门牌 灯箱 春联
        對聯 对联 牌匾 匾额 看板 ポスター 標識 ラベル シール カード 表紙 新聞 吹き出し スクリーン 画面 のれん 暖簾 黒板 ロゴ バナー 立て札 垂れ幕 横断幕 シャツ マグカップ 包装
    """,
    "hangul": "포스터 간판 표지판 현수막 배너 라벨 스티커 카드 표지 신문 칠판 화면 로고 티셔츠 머그 말풍선 팻말 광고 네온사인",
    "arabic": "لافتة لوحة ملصق بطاقة غلاف شعار صحيفة سبورة شاشة قميص تابلو",
    "hebrew": "שלט פוסטר כרזה תווית מדבקה כרטיס ברכה עטיפת עיתון חולצ לוגו שילוט",
    "devanagari": "पोस्टर बोर्ड साइनबोर्ड बैनर लेबल कार्ड लोगो अखबार तख्ती होर्डिंग",
    "thai": "ป้าย โปสเตอร์ แบนเนอร์ ฉลาก สติกเกอร์ การ์ดวัน โลโก้ หน้าปก กระดานดำ",
    "cyrillic": """
        плакат вывеск табличк баннер этикетк наклейк карточк обложк газет постер логотип доск футболк указател афиш
        транспарант щит вивіск
    """,
    "greek": "πινακίδα ταμπέλα αφίσα πανό ετικέτα κάρτα εξώφυλλ εφημερίδ λογότυπ πίνακα",
}

FIELD: Mapping[str, str] = {  # parts of a document
    "en": """
        dialogue dialog bullets agenda prices priced pricing author venue rsvp hashtag hashtags ingredients
        instructions specials legend axis axes paragraph paragraphs verse lyrics stanza byline deadline discount url
        qr phone email e-mail numbered digits numerals numbers statistics stats data percentages call-to-action cta
        faq schedule line-up greeting date dates article message messages question questions tiers columns names
        handwriting handwritten titles quote quotation equation equations copyright signage annotations annotated
        heading headings
    """,
    "de": "preise preisen dialog stichpunkte datum uhrzeit zutaten autor öffnungszeiten adresse rabatt grüße liste",
    "fr": "prix dialogue date horaires ingrédients auteur adresse liste puces tarifs",
    "es": "precios precio diálogo fecha hora horario ingredientes autor dirección lista descuento",
    "it": "prezzi prezzo dialogo data orari ingredienti autore indirizzo elenco sconto",
    "pt": "preços preço diálogo data horário ingredientes autor endereço lista desconto",
    "nl": "prijzen dialoog datum ingrediënten auteur adres lijst korting",
    "pl": "ceny cenami dialog data godzina składniki autor adres lista rabat",
    "tr": "fiyatlar fiyatları fiyatlarıyla diyalog tarih adres liste indirim yazar",
    "cjk": "价格 價格 时间 日期 地点 地址 电话 列表 菜名 作者 数据 步骤 優惠 优惠 折扣 活动信息 公司名 店名 説明文 価格 日付 料理名 場所 住所 著者 箇条書き 日時 店名入",
    "hangul": "가격 날짜 장소 대사 목록 주소 할인 저자",
    "arabic": "أسعار تاريخ حوار مكونات موعد",
    "hebrew": "מחירים תאריך דיאלוג מצרכים",
    "devanagari": "कीमत तारीख संवाद सूची दाम",
    "thai": "ราคา วันที่ บทสนทนา รายการอาหาร",
    "cyrillic": "цены ценам цена диалог дата ингредиент список",
    "greek": "τιμές ημερομηνία διάλογο συστατικά",
}

GREETING: Mapping[str, str] = {  # wording that needs no quotes; counts where it starts with a capital
    "en": "happy merry welcome congratulations congrats thank thanks sale closed open wanted best",
    "de": "frohe frohes alles herzlichen willkommen danke",
    "fr": "joyeux joyeuse bon bonne bienvenue merci félicitations",
    "es": "feliz felices bienvenidos bienvenido gracias felicidades",
    "it": "buon buona benvenuti grazie auguri",
    "pt": "feliz bem-vindo bem-vindos obrigado parabéns",
    "nl": "gefeliciteerd welkom fijne bedankt",
    "pl": "wesołych szczęśliwego witamy dziękuję",
    "tr": "mutlu hoşgeldiniz tebrikler teşekkürler",
}

NOT: Mapping[str, str] = {  # cancels what follows
    "en": """
        no without not don't dont doesn't never avoid avoiding exclude excluding excludes omit omitting zero neither
        nor sans minus mustn't shouldn't won't cannot can't isn't lacking skip
    """,
    "de": "ohne kein keine keinen keinerlei keiner nicht niemals vermeide",
    "fr": "sans aucun aucune pas jamais ni évite éviter évitez",
    "es": "sin no ningún ninguna nunca evita evitar tampoco",
    "it": "senza nessun nessuna non niente evita evitare",
    "pt": "sem nenhum nenhuma não nunca evite evitar",
    "nl": "zonder geen niet nooit vermijd",
    "pl": "bez żadnego żadnych nie brak unikaj",
    "tr": "hiçbir",
    "sv": "utan ingen inget inga inte",
    "da": "uden ingen intet ikke",
    "no": "uten ingen intet ikke",
    "fi": "ilman ei älä",
    "cs": "bez žádný žádné ne",
    "id": "tanpa tidak jangan",
    "vi": "không đừng",
    "cjk": "没有 沒有 无任何 無任何 不要 不含 不带 不帶 不出现 不包含 不添加 禁止出现 避免 请勿",
    "arabic": "بدون بلا دون خالية خالي لا تضع تكتب يوجد",
    "hebrew": "ללא בלי אין",
    "devanagari": "बिना",
    "thai": "ไม่มี ไม่ต้องมี ปราศจาก ไม่ใส่ ห้ามใส่ ไม่เอา",
    "cyrillic": "без никак не нет избега",
    "greek": "χωρίς δίχως καμία κανένα όχι μην",
}

NOT_BEFORE: Mapping[str, str] = {  # cancels what stands just before
    "en": "none nothing absent forbidden prohibited removed erased deleted",
    "de": "weglassen vermeiden verboten entfernen löschen",
    "tr": "yok olmadan olmasın içermesin yazma koyma kaldır sil temizle çıkar kaldırın silin",
    "cjk": "なし 無し ナシ 入れない 入れないで 含まない のない 抜き 不要です 書かない 不可 消して 消し 削除 除去 取り除",
    "hangul": "없이 없는 없음 없게 빼고 넣지 말고 제외 없애 지워 지우 제거 삭제",
    "devanagari": "नहीं न रहित हटा मिटा",
}

REMOVE: Mapping[str, str] = {  # edits that take text away: cancels on both sides
    "en": "remove removes removing erase erasing delete deleting wipe wiped eliminate eliminated redact hide",
    "de": "entferne entfernt lösche gelöscht entfern",
    "fr": "supprime supprimer supprimez enlève enlever enlevez efface effacer effacez retire retirer retirez",
    "es": "elimina eliminar quita quitar borra borrar elimine quite borre",
    "it": "rimuovi rimuovere togli togliere cancella cancellare elimina eliminare",
    "pt": "remova remover apague apagar tire retire retirar exclua",
    "nl": "verwijder verwijderen wis",
    "pl": "usuń usunąć skasuj wymaż",
    "sv": "ta-bort radera",
    "id": "hapus hilangkan",
    "vi": "xóa xoá",
    "cjk": "去掉 去除 删除 刪除 移除 擦除 消除 抹去 清除",
    "arabic": "احذف إزالة أزل امسح حذف",
    "hebrew": "הסר מחק הסירי הורד",
    "thai": "ลบ เอาออก",
    "cyrillic": "удали убери убрать сотри стереть убер прибер видали",
    "greek": "αφαίρεσε διέγραψε σβήσε αφαιρέ",
}

EXCEPT: Mapping[str, str] = {  # ends a negation: some wording stays
    "en": """
        except other additional extra besides else only just but apart instead further beyond misspelled misspelt
        garbled illegible unreadable typos typo spelling errors mistakes cropped
    """,
    "de": "außer anderer anderen weiteren zusätzlicher zusätzlichen nur sondern",
    "fr": "sauf autre autres supplémentaire seulement mais",
    "es": "excepto salvo otro otros adicional sino solo",
    "it": "tranne eccetto altro altri altre aggiuntivo solo ma",
    "pt": "exceto outro outros adicional apenas mas",
    "nl": "behalve andere extra alleen maar",
    "pl": "oprócz poza innych innego dodatkowego tylko",
    "tr": "dışında başka sadece",
    "cjk": "除了 其他 其它 多余 以外 其餘 只有",
    "hangul": "외에 다른",
    "cyrillic": "кроме друг лишн только",
}

TITLE: Mapping[str, str] = {  # a quote beside it is a name, a title or an idea, not wording
    "en": """
        film films movie movies novel song songs painting paintings album known nicknamed dubbed called named series
        show game videogame play opera musical character franchise episode poem story tale artwork sequel anime
        fable myth article
    """,
    "de": "film roman lied gemälde namens genannt",
    "fr": "film roman chanson nommé nommée appelé",
    "es": "película novela canción llamado llamada obra",
    "it": "film romanzo canzone dipinto chiamato opera",
    "pt": "filme romance música pintura chamado obra",
    "nl": "film roman lied schilderij genaamd",
    "pl": "film filmu powieść piosenka obraz",
    "tr": "film filmi roman şarkı tablosu adlı",
    "cjk": "电影 電影 小说 小說 歌曲 主题为 主題為 主題の 名为 名為 映画 小説 テーマ",
    "hangul": "영화 소설 노래 주제 이름",
    "arabic": "فيلم رواية اسمه",
    "hebrew": "סרט רומן שיר בשם",
    "devanagari": "फिल्म उपन्यास गीत नामक",
    "thai": "ภาพยนตร์ นิยาย เพลง ชื่อว่า",
    "cyrillic": "фильм роман песн картин по имени",
    "greek": "ταινία μυθιστόρημα τραγούδι",
}

LIKENESS: Mapping[str, str] = {  # the picture is to be like what is quoted
    "en": """
        style styled inspired concept concepts aka so-called theme themed mood vibe aesthetic feeling idea notion
        scene still reimagining rendition homage tribute based like adaptation masterpiece sculpture from essence
        sense technique spirit atmosphere genre evoking evokes reminiscent era look portraying following symbolizing
        representing represents symbolizes depiction interpretation remake metaphor version universe term
    """,
    "de": "stil inspiriert konzept thema aus wie",
    "fr": "style inspiré inspirée concept thème ambiance d'après",
    "es": "estilo inspirado inspirada concepto tema ambiente",
    "it": "stile ispirato ispirata concetto tema",
    "pt": "estilo inspirado inspirada conceito tema",
    "nl": "stijl geïnspireerd concept thema",
    "pl": "styl stylu zainspirowany inspirowany temat",
    "tr": "tarzında tarzı esinlenen konsept tema",
    "cjk": "风格 風格 灵感 风の 意境 画风 スタイル 風に 風の",
    "hangul": "스타일 느낌 풍으로",
    "arabic": "أسلوب بأسلوب مستوحا",
    "hebrew": "בסגנון בהשראת",
    "devanagari": "शैली प्रेरित",
    "thai": "สไตล์ แรงบันดาลใจ",
    "cyrillic": "стил вдохновл мотив",
    "greek": "στυλ εμπνευσμέν ύφος",
}

BLANK: Mapping[str, str] = {  # a thing that could carry text and shall not
    "en": "blank empty plain unmarked unlabelled unlabeled bare unbranded textless unprinted",
    "de": "leer leere leeres leerer leeren unbeschriftet unbeschriftetes",
    "fr": "vierge vierges vide vides",
    "es": "vacío vacía blanco",
    "it": "vuoto vuota vuote",
    "pt": "vazio vazia",
    "nl": "leeg lege blanco",
    "pl": "pusty pusta puste pustą",
    "tr": "boş",
    "sv": "tom tomt blank",
    "da": "tom tomt blank",
    "no": "tom tomt blank",
    "fi": "tyhjä",
    "cs": "prázdný prázdná",
    "id": "kosong",
    "cjk": "空白 無地",
    "hangul": "빈 무지",
    "arabic": "فارغة فارغ",
    "hebrew": "ריק ריקה",
    "devanagari": "खाली",
    "thai": "ว่างเปล่า",
    "cyrillic": "пустой пустая пустую чистый",
    "greek": "κενό κενή",
}

INNOCENT: Mapping[str, str] = {  # looks like another word and says nothing about text
    "en": "texture textures context textbook",
    "cyrillic": "текстур словно контекст",
    "cjk": "十字路 十字架",
}

ADDING: Mapping[str, str] = {  # an edit that brings something new; what else it names is in the picture already
    "en": "add put write turn make into convert create design insert place replace change translate render print",
    "de": "füge hinzu schreibe setze ersetze ändere mach mache gestalte erstelle übersetze",
    "fr": "ajoute ajouter ajoutez écris écrire mets mettre remplace remplacer change transforme traduis",
    "es": "añade añadir agrega agregar pon poner escribe escribir reemplaza cambia convierte traduce",
    "it": "aggiungi aggiungere scrivi metti inserisci sostituisci cambia trasforma traduci",
    "pt": "adicione adicionar coloque escreva insira substitua mude transforme traduza",
    "nl": "voeg toevoegen schrijf zet vervang verander vertaal",
    "pl": "dodaj napisz wstaw umieść zamień zmień przetłumacz",
    "tr": "ekle yaz koy değiştir dönüştür çevir",
    "cjk": "添加 加上 写上 改成 换成 替换 变成 翻译 追加 入れて 変えて 加えて",
    "hangul": "추가 넣어 바꿔 써줘 번역",
    "arabic": "أضف اكتب ضع استبدل غير ترجم",
    "hebrew": "הוסף כתוב החלף שנה תרגם",
    "devanagari": "जोड़ लिख बदल",
    "thai": "เพิ่ม ใส่ เปลี่ยน แปล",
    "cyrillic": "добав напиш замен измен перевед додай",
    "greek": "πρόσθεσε γράψε άλλαξε αντικατέστησε",
}

HEAD_END: frozenset[str] = frozenset(  # the thing that a prompt asks for is named before the first of these
    """
    , : . ; ， 。 ： ； 、 with on in at of for from by to into near beside behind under over above below against next
    and or that which who whose where while as is are holding reading showing depicting featuring containing
    wearing looking sitting standing using filled covered surrounded hanging framed making walking playing
    illustrating has have mit auf bei von für aus neben vor und zeigt hält liest avec sur dans de du des pour près
    et qui tenant lisant montrant con en sobre del para junto y que sosteniendo leyendo su nel di della per
    accanto e che tiene legge com no na em do da ao segurando lendo met op bij van voor naast die houdt leest z w
    przy dla i który czyta trzyma ile üzerinde içinde için ve 拿着 举着 阅读 看着 旁边 在看
    """.split()
)

BACKDROP: frozenset[str] = frozenset(  # a menu photo is no menu
    """
    background backdrop hero image photo picture border texture icon
    """.split()
)

PICTURE: frozenset[str] = frozenset(  # `a photo of a menu` asks for a menu
    """
    photo photos photograph picture image illustration drawing painting sketch render rendering mockup mock-up
    close-up closeup shot screenshot design layout template version set series collection sheet piece graphic scan
    copy page front view foto bild entwurf zeichnung dessin imagen ilustración diseño dibujo immagine disegno
    illustrazione imagem desenho ilustração afbeelding tekening zdjęcie obraz rysunek
    """.split()
)

PHRASES: Mapping[str, str] = {  # two words that mean something else than one of them
    "document": """
        admin dashboard; analytics dashboard; sales dashboard; dashboard ui; dashboard design; dashboard with;
        dashboard showing; saas dashboard; finance dashboard; price tag; price tags; price list; price board;
        pricing table; pricing page; business card; business cards; visiting card; name tag; name tags; name badge;
        id card; id badge; gift card; gift certificate; greeting card; birthday card; wedding invitation; place
        card; report card; boarding pass; front page; title page; landing page; web page; home page; login page;
        user interface; app interface; app screen; app screens; mobile app; periodic table; bar chart; pie chart;
        line chart; org chart; size chart; flow chart; mind map; eye chart; to-do list; todo list; shopping list;
        grocery list; recipe card; bingo card; nutrition label; nutrition facts; word cloud; word search; warning
        label; movie poster; film poster; concert poster; event poster; gig poster; festival poster; wanted poster;
        conference poster; motivational poster; quote poster; typography poster; campaign poster; election poster;
        magazine cover; newspaper page; newspaper clipping; poster for; posters for; flyer for; banner for; sign
        for; ad for; ads for; billboard for; advert for; cover for; label for; leaflet for; ticket for; packaging
        for; social post; instagram post; linkedin post; instagram story; pull quote; quote card; org diagram;
        comparison table; data table; feature table; nutrition table; departure board; menu board; street signs;
        table tent; cheat sheet; fact sheet; data sheet; score sheet; sheet music; email template; web design;
        website design; ui design; ui mockup; app design; app mockup; sales page; product page; cover letter; lower
        third; chat bubbles; text messages; study guide; step-by-step guide; instruction manual; instruction sheet;
        safety poster; educational poster; job posting; labelled diagram; labeled diagram; annotated diagram;
        weather forecast; tv guide; bus schedule; train schedule; stock ticker; affiche pour; plakat für; cartel
        para; cartaz para; locandina per; poster für; poster pour; poster para; carte visite; tarjeta visita; lista
        precios; cartão visita; biglietto visita; site web; sitio web; página web; pagina web
    """,
    "surface": """
        neon sign; street sign; road sign; stop sign; speech bubble; speech bubbles; thought bubble; dialogue
        bubble; menu bar; website icon; book cover; album cover; comic page; comic strip; comic book; calendar girl;
        contact sheet; slide projector; invitation only; playground slide; water slide; slide film; receipt printer;
        menu button
    """,
    "text": """
        greek letter; letter a; capital letter; capital letters; block letters; gold letters; alphabet
        letters; large letter; giant letter; big letter; bubble letters; top text; small print; fine print; axis
        labels; bullet points; bullet point; author name; brand name; company name; product name; band name; store
        name; shop name; team name; full name; chapter title; opening hours; phone number; mathematical equations;
        math equations; math formula; mathematical formulas; chemical formula; chat messages; song lyrics; jersey
        number; house number; room number; race number; name written; name on
    """,
    "no_text": "text free",
    "not": "free of; free from",
    "marking": "pointing to",
    "saying": "que dice; que diga; che dice; qui dit; lit on; se lee; si legge; that read; which read; the number",
    "innocent": """
        united states; slide in; slide at; slide on; slide into; slide down; slides down; slides into; heading to;
        heading for; heading towards; heading toward; heading into; heading home; heading out; car dashboard;
        dashboard of; sign language; poster bed; poster beds; poster child; poster paint; poster paints; four-poster
        bed; banner pole; body language; playing card; playing cards; card game; card table; post card; cover crop;
        cover crops; note book; label maker; reading nook; title role; logo mark; writing desk; writing materials;
        drawing board; diving board; surf board; chess board; cutting board; board game; ironing board; letter
        opener; magazine rack; newspaper stand; bus stop; text book; text books; book shelf; book shelves; screen
        printing; sans serif; sans-serif font; stop motion; title character; slide guitar; no one; no longer; not
        only; no matter; no doubt; not quite; word on; words cannot; other words; last word; few words; spelling
        bee; phrase book; plain white; plain background; plain black; empty street; empty room; empty road; empty
        chair; baptismal font; water font; writing a; reading a; reading the; text prompt; header image; hero image;
        header background; header illustration; blog header; article header; email header; website background;
        website header; website banner; slide background; presentation background; menu background; calendar image;
        calendar photo; certificate background; certificate border; invitation background; invitation border; flyer
        background; website illustration; brochure photo; brochure image; poster style; love letters; old letters;
        letters from; reading letters; writing letters; chain letter; font of; open letter
    """,
}

LANGUAGES: Mapping[str, str] = {  # beside a word for text, the script that it is to be written in
    "latin": "english german french spanish italian portuguese dutch polish turkish latin vietnamese",
    "cjk": "chinese japanese korean kanji hiragana katakana hangul mandarin",
    "cyrillic": "russian ukrainian bulgarian serbian cyrillic",
    "arabic": "arabic persian farsi urdu",
    "hebrew": "hebrew yiddish",
    "devanagari": "hindi sanskrit nepali marathi devanagari",
    "thai": "thai",
    "greek": "greek",
}

SHORTEST_STEM: Mapping[str, int] = {  # shorter ones are looked up as whole words
    "cjk": 2, "hangul": 2, "thai": 2, "arabic": 3, "hebrew": 3, "devanagari": 3, "cyrillic": 4, "greek": 4,
}  # fmt: skip

LETTERS: Mapping[str, str] = {  # by Unicode's blocks, as they stand in a character class
    "latin": r"A-Za-zªº\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1e00-\u1eff\u2c60-\u2c7f\ua720-\ua7ff"
    r"\uab30-\uab6f\ufb00-\ufb06\uff21-\uff3a\uff41-\uff5a",
    "cjk": r"\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3031-\u3035\u303b-\u309a\u309d-\u30fa\u30fc-\u9fff"
    r"\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U0001aff0-\U0001b2ff\U00020000-\U0003ffff",
    "cyrillic": r"\u0400-\u052f\u1c80-\u1c8f\u2de0-\u2dff\ua640-\ua69f",
    "arabic": r"\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u06ff\u0750-\u077f\u0860-\u08ff\ufb50-\ufdff"
    r"\ufe70-\ufefc",
    "hebrew": r"\u05d0-\u05f2\ufb1d-\ufb4f",
    "devanagari": r"\u0900-\u0963\u0971-\u097f\ua8e0-\ua8ff",
    "thai": r"\u0e01-\u0e3a\u0e40-\u0e4e",
    "greek": r"\u0370-\u037d\u037f-\u0386\u0388-\u03ff\u1f00-\u1fff",
}

BY_ROLE: Mapping[str, tuple[Mapping[str, str], ...]] = {  # a word's first role counts
    "innocent": (INNOCENT,),
    "no_text": (NO_TEXT,),
    "not": (NOT, REMOVE),
    "not_before": (NOT_BEFORE,),
    "blank": (BLANK,),
    "text": (TEXT,),
    "saying": (SAYING,),
    "marking": (MARKING,),
    "showing": (SHOWING,),
    "document": (DOCUMENT,),
    "surface": (SURFACE,),
    "field": (FIELD,),
    "greeting": (GREETING,),
    "except": (EXCEPT,),
    "likeness": (LIKENESS,),
    "title": (TITLE,),
    "adding": (ADDING,),
    "language": (LANGUAGES,),
}
