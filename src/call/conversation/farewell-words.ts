/**
 * How people end a phone call, by language: pieces of regular expressions, each for a whole part of a sentence (between commas, or on one
 * side of an "and"). Written with their accents; compared without accents, hyphens and capitals.
 */
export type FarewellWords = {
  /** Ends a conversation whatever stands before it in the sentence: "…, goodbye". */
  goodbyes: readonly string[]
  /** Ends one only in a sentence that says nothing else of substance: "Okay, see you tomorrow." */
  partings: readonly string[]
  /** Greets as well: counts only when it does not open what is said. */
  alsoHello: readonly string[]
  /** Stands beside a goodbye without changing it. */
  polite: readonly string[]
  /** The same, and also in front of it without a comma. */
  fillers: readonly string[]
}

/** By primary language subtag. */
export const FAREWELL_WORDS = {
  en: {
    goodbyes: [
      '(good ?bye|bye( bye)*|farewell|cheerio|good night)( for now| now| then| again| everyone)*',
      '((please |i hope you |you |do )*have|i wish you) an? (really |very |truly |absolutely )*(great|good|nice|wonderful|lovely|pleasant|fantastic|beautiful|blessed|safe|happy|relaxing|excellent|amazing) (rest of (your|the) )?(day|evening|night|afternoon|morning|weekend|week|time|trip|journey|holiday|flight|one|monday|tuesday|wednesday|thursday|friday|saturday|sunday)( ahead| too| as well| yourself| now| then| everyone)*',
      '(please )?enjoy (the rest of )?(your|the) (day|evening|night|afternoon|morning|weekend|week)( ahead| too)?',
    ],
    partings: [
      "((i|we)('ll| will) )?(see|catch|talk to|speak to|talk with|speak with) (you|ya)( all)?( again)? (very )?(soon|later|then|tomorrow|tonight|around|there|next time|next week)",
      "((i|we)('ll| will) )?(see you|talk|speak)( again)? (again|soon|later|then|tomorrow)",
      '(please |you )*take (good |very good )?care( of yourself| now| then| everyone)*',
      '(until|till) (next time|then|tomorrow)',
      'all the (very )?best( to you)?',
      'stay (safe|well)|be well',
    ],
    alsoHello: [],
    polite: [
      '(many )?(thank you|thanks).*|no|yes|you (too|as well)|likewise',
      "((it|it's|it is|that) )?(was |is |has been )?(so |really |very |such )*(an? )?(real |great |absolute )*(pleasure|nice|lovely|great|good|wonderful)( to)? (talk|speak|chat|meet)(ing)?.*",
      "you('re| are) (very |most )?welcome|my pleasure|no problem|no worries",
      "(i am |we are |i apologi[sz]e |i'm )?(so |very )?(sorry )?(to|for) (have |having )?(bother|disturb|interrupt|troubl).*",
    ],
    fillers:
      'and|so|well|ok|okay|all right|alright|right|great|perfect|wonderful|lovely|excellent|very well|very good|good|fine|sure|of course|then|now|anyway|absolutely|understood|got it|oh|again|until then'.split(
        '|',
      ),
  },
  de: {
    goodbyes: [
      '(auf )?wieder(hören|hoeren|sehen|schauen)|auf bald',
      '(tschüss|tschüß|tschüs|tschüssi|tschau|ciao|bye|ade|adieu|adé)( bye| ciao| dann)*',
      'gute nacht',
      '((ich |wir )?wünschen?( ich| wir)?( ihnen| dir| euch)?|haben sie|hab)( noch| auch| weiterhin)* (einen |eine |ein )?(noch |sehr |ganz |recht )*(schön|angenehm|wunderschön|toll|gut|erholsam|ruhig|erfolgreich)(en|e|es)? (rest )?(tag|abend|nachmittag|vormittag|morgen|mittag|woche|wochenende|feierabend|zeit|nacht|restlichen tag|sonntag)( noch)?',
      '(dann |und )*(einen |eine |ein |noch einen |noch eine |noch ein )?(noch |sehr |ganz |recht )*(schön|angenehm|wunderschön|toll|erholsam|ruhig|erfolgreich)(en|e|es)? (tag|abend|nachmittag|vormittag|mittag|woche|wochenende|feierabend|zeit|nacht|restlichen tag|sonntag)( noch| ihnen| dir| auch| gewünscht| wünschen?( ich| wir)?)*',
      "mach(en sie|t)?('?s| es)? gut",
    ],
    partings: [
      'bis (dann|bald|morgen|später|demnächst|dahin|nächste woche|nächstes mal|zum nächsten mal|heute abend|die tage)',
      'alles (gute|liebe)( ihnen| dir| für sie| für dich| weiterhin)*',
      'wir hören( uns| voneinander)+( bald| dann| wieder)*|man hört sich',
      'bleiben sie gesund|bleib gesund|passen sie (gut )?auf sich auf|pass (gut )?auf dich auf',
    ],
    alsoHello: ['servus'],
    polite: [
      '(ganz |recht )*(vielen|herzlichen|besten|schönen) (lieben )?dank.*|danke.*|dankeschön.*',
      '(ich |wir )?(be)?danken? (ihnen|dir|euch|mich|uns|für).*|(ich )?(bedanke mich|danke ihnen).*',
      'es (war|hat) (mir |mich |sehr )*(eine freude|schön|nett|gefreut).*',
      'ja|nein|(ihnen|dir|euch) auch|gleichfalls|ebenfalls|gern geschehen|gerne|bitte sehr|bitte schön|kein problem',
      'entschuldigen sie .*|entschuldigung .*',
    ],
    fillers:
      'und|also|gut|okay|ok|alles klar|dann|na|nun|super|prima|perfekt|wunderbar|sehr gut|in ordnung|so|schön|klar|natürlich|verstanden|bis dahin|großartig'.split(
        '|',
      ),
  },
  fr: {
    goodbyes: [
      'au revoir|adieu|(bye|ciao)( bye| ciao)*|à la prochaine',
      '((je|nous) (vous|te) souhait(e|ons) |passez |passe )?(encore )?(une?|de) (très |bien )*(bon|bonne|belle|beau|excellent|excellente|agréable|douce|merveilleuse) (journée|soirée|nuit|après midi|week end|semaine|fin de journée|fin de soirée|fin de semaine|dimanche)( à vous| à toi| également| aussi)*',
      '(très )?(bonne|belle|excellente) (journée|soirée|nuit|fin de journée|fin de soirée|semaine|continuation)( à vous| à toi| également| aussi)*',
      '(bon|excellent) (week end|après midi|dimanche)( à vous| à toi| également| aussi)*',
    ],
    partings: [
      "à (très )?(bientôt|demain|plus tard|tout à l'heure|la semaine prochaine)",
      'prenez (bien )?soin de vous|prends (bien )?soin de toi|portez vous bien|porte toi bien',
    ],
    alsoHello: ['salut'],
    polite: [
      'merci.*|(je|nous) (vous|te) remerci(e|ons).*',
      "(c'était|ce fut|ça a été) (un (vrai |grand )?plaisir|très agréable).*|ravie? de .*|avec plaisir",
      "oui|non|(à )?(vous|toi) aussi|également|de rien|je vous en prie|je t'en prie|pas de souci|excusez moi .*|désolée? .*",
    ],
    fillers:
      "et|bon|bien|alors|eh bien|très bien|d'accord|parfait|ok|okay|voilà|super|entendu|donc|merveilleux|excellent|sur ce|d'ici là|formidable".split(
        '|',
      ),
  },
  es: {
    goodbyes: [
      'adiós( adiós)*|(chao|chau|bye)( chao| chau| bye)*|hasta (luego|pronto|la próxima|la vista|siempre)',
      '((le|te|les) (deseo|deseamos)|(espero )?(que )?(usted )?(tenga|tengas|tengan|pase|pases|pasen)( usted| ustedes)?)( un| una)? (muy )?(buen|buena|bonito|bonita|lindo|linda|feliz|excelente|gran|estupendo|estupenda|maravilloso|maravillosa|agradable) (resto de(l)? (la )?)?(día|tarde|noche|fin de semana|jornada|semana|domingo)( también| igualmente| a usted)*',
      '(feliz|buen|bonito|lindo) (día|fin de semana|resto del día|domingo)( también| igualmente)*|feliz (tarde|noche|semana)',
    ],
    partings: [
      'hasta (mañana|entonces|más tarde|la semana que viene)',
      '(nos )?(vemos|hablamos)( pronto| luego| mañana| entonces)*',
      'cuíd(ese|ate|ense)( mucho| bien)*|que (le|te|les) vaya (muy )?bien|(un )?(saludo|saludos|abrazo)',
    ],
    alsoHello: ['(muy )?buenas noches'],
    polite: [
      '(muchas |muchísimas |mil )?gracias.*|(le|te|les|se lo) agradezco.*',
      '(ha sido|fue|es)? ?un (verdadero |gran )?placer.*|encantad[oa] de .*',
      'sí|no|de nada|con (mucho )?gusto|igualmente|no hay de qué|disculpe .*|perdone .*',
    ],
    fillers:
      'y|bueno|bien|muy bien|vale|de acuerdo|perfecto|entonces|pues|ok|okay|genial|claro|excelente|estupendo|listo|entendido|hecho'.split(
        '|',
      ),
  },
  it: {
    goodbyes: [
      'arriveder(ci|la)|addio|buona ?notte|ciao( ciao)+|bye( bye)*',
      '((le|ti|vi) auguro |(le|ti|vi) auguriamo |abbia |passi |buon proseguimento e )?(ancora )?(una |un )?(buona|bella|felice|splendida|ottima|piacevole|buon|ottimo|felice) (giornata|serata|proseguimento|continuazione|fine settimana|weekend|week end|settimana|domenica|resto della giornata)( anche)?( a lei| a te| a voi| a tutti)*',
    ],
    partings: [
      'a (presto|dopo|domani|più tardi|risentirci|risentirla|rivederci|stasera)|alla prossima',
      'ci (vediamo|sentiamo)( presto| domani| dopo| allora)*|stia bene|stammi bene|si riguardi|(tante )?(belle|buone) cose',
    ],
    alsoHello: ['ciao'],
    polite: [
      '(molte |tante |mille )?grazie.*|(la|ti|vi) ringrazi(o|amo).*',
      'è stato un (vero )?piacere.*|piacere .*|prego|sì|no|anche a (lei|te|voi)|di nulla|di niente|altrettanto|mi scus[ia] .*',
    ],
    fillers:
      "e|bene|va bene|allora|perfetto|ottimo|d'accordo|okay|ok|certo|benissimo|molto bene|dunque|capisco|quindi|fantastico".split(
        '|',
      ),
  },
  pt: {
    goodbyes: [
      'adeus|tchau( tchau)*|bye( bye)*|até (logo|mais|breve|a próxima|à próxima)',
      '(tenha|tenham|tem|passe|(desejo|desejamos) (lhe|te|a você|a vocês|ao senhor|à senhora)|(lhe|te) (desejo|desejamos))( você)?( um| uma)? (muito )?(ótim[oa]|excelente|bom|boa|lind[oa]|feliz|maravilhos[oa]) (resto de )?(dia|tarde|noite|semana|fim de semana|domingo)( também| para você)*',
      '(um |uma )?(ótim[oa]|excelente) (dia|tarde|noite|semana|fim de semana|domingo)( também| para você| para o senhor| para a senhora)*|(um )?bom fim de semana( também| para você)*',
    ],
    partings: [
      'até (amanhã|depois|então|a semana que vem|lá)',
      '(a gente se (vê|fala)|nos (vemos|falamos)|falamos)( em breve| amanhã| depois| logo)*',
      '(se )?cuid(e|a)( se)?( bem)?|fique bem|fica bem|passe bem|tudo de bom( para você)?|(um |grande )*abraço',
    ],
    alsoHello: ['boa noite'],
    polite: [
      '(muito )?obrigad[oa].*|(eu |lhe |te )*agrade(ço|cemos).*',
      'foi um (grande |verdadeiro )?prazer.*|sim|não|de nada|por nada|igualmente|desculpe .*',
    ],
    fillers:
      'e|bem|bom|então|ok|okay|está bem|está bom|tudo bem|tá bom|perfeito|ótimo|certo|muito bem|combinado|pronto|claro|excelente|entendido'.split(
        '|',
      ),
  },
  nl: {
    goodbyes: [
      'tot (ziens|horens|kijk)|(doei|doeg|dag|bye|ciao)( doei| doeg| dag| bye| ciao)+|doei|doeg|bye|ajuu?s|houdoe|goedenacht|welterusten',
      '((ik|wij|we) wens(en)? (u|je|jullie) )?(nog |verder )*(een )?(hele |heel )?(fijne?|prettige?|mooie?|leuke?|gezellige?) (dag|avond|middag|ochtend|week|weekend|nacht|zondag|vakantie)( nog| verder| gewenst| toegewenst| allemaal)*',
      '((ik|wij|we) wens(en)? (u|je|jullie) )?(nog |verder )*een (hele |heel )?goede? (dag|avond|middag|week|weekend) (nog|verder|gewenst|toegewenst)',
    ],
    partings: [
      'tot (morgen|later|dan|snel|gauw|binnenkort|volgende week|volgende keer|de volgende keer|vanavond)',
      'het (aller)?beste|alle goeds|pas goed op (uzelf|jezelf)|hou je taai|we spreken elkaar( snel| later)*',
    ],
    alsoHello: ['dag'],
    polite: [
      '(heel |hartelijk |erg )*(bedankt|dank|dank u|dank je|dankjewel|dankuwel).*|ik (be)?dank (u|je|jullie).*',
      'het was (heel |erg )?(fijn|leuk|prettig|een genoegen|aangenaam).*|ja|nee|(u|jij|jullie) ook|insgelijks|graag gedaan|geen dank|geen probleem|sorry (voor|dat) .*|excuses voor .*',
    ],
    fillers:
      'en|nou|goed|oké|oke|ok|okay|prima|dan|perfect|mooi|in orde|zeker|top|fijn|heel goed|begrepen|helemaal goed|geweldig|tot dan'.split(
        '|',
      ),
  },
  pl: {
    goodbyes: [
      'do (widzenia|usłyszenia|zobaczenia)( wkrótce)?|żegnam( się| pana| panią| państwa)*|dobranoc|pa pa( pa)*|papa',
      '(i )?(życzę|życzymy)?( panu| pani| państwu| ci| tobie| wam)? ?(bardzo )?(miłego|dobrego|udanego|przyjemnego|spokojnego|wspaniałego|pięknego|miłej|spokojnej|dobrej|udanej|przyjemnej) (dnia|dzionka|wieczoru|popołudnia|weekendu|tygodnia|nocy|niedzieli|reszty dnia)( życzę| życzymy| panu| pani| państwu)*',
    ],
    partings: [
      'na razie|do (jutra|później|następnego razu|następnego)|trzymaj się|trzymajcie się|niech (pan|pani) (na siebie|o siebie) (uważa|dba)|wszystkiego dobrego',
    ],
    alsoHello: ['cześć|pa'],
    polite: [
      '(bardzo |serdecznie |pięknie )*(dziękuj(ę|emy)|dzięki).*|było (mi |nam )?(bardzo )?miło.*',
      'tak|nie|nie ma za co|proszę( bardzo)?|nawzajem|nie ma sprawy|przepraszam .*',
    ],
    fillers:
      'i|dobrze|no|to|w porządku|świetnie|super|okej|ok|okay|rozumiem|jasne|oczywiście|więc|zatem|doskonale|wspaniale|w takim razie|idealnie'.split(
        '|',
      ),
  },
  ja: {
    // Bare only: with a reason in front of it (お忙しいところ…) the same words ask for pardon at the beginning of a call.
    goodbyes: [
      '(それでは|では|じゃあ|じゃ|これで)?(お先に)?失礼(いたします|致します|します|しますね|いたしました|させていただきます)',
      '(それでは|では|じゃあ|じゃ)?(さようなら|さよなら|バイバイ|ばいばい|おやすみなさい|ごきげんよう)',
      '(それでは|では)?(どうぞ)?(よい|良い|素敵な|すてきな)(一日|1日|午後|夜|週末|夕べ|お年)を(お過ごしください|お過ごしくださいませ|お過ごし下さい|お迎えください)?',
    ],
    partings: [
      '(それでは|では|じゃあ|じゃ)?また(ね|明日|今度|来週|後ほど|お会いしましょう|お話ししましょう)?|お元気で|お気をつけて|お大事に',
    ],
    alsoHello: [],
    polite: [
      '.*(ありがとう|ありがとうございました|ありがとうございます|感謝します|感謝いたします|お疲れ様でした|よろしくお願いします|よろしくお願いいたします|よろしくお願い致します|申し訳ございませんでした)',
    ],
    fillers:
      'はい|では|それでは|じゃあ|わかりました|分かりました|承知しました|承知いたしました|かしこまりました|了解です|了解しました|ええ|そうですね|いえいえ'.split(
        '|',
      ),
  },
} as const satisfies Record<string, FarewellWords>
