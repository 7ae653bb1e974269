import { describe, expect, it } from 'vitest'
import { saysFarewell } from '../../src/call/conversation/farewell-phrases.ts'

const FAREWELLS: Record<string, string[]> = {
  en: [
    'Thank you, goodbye!',
    'Alright, have a great day. Bye bye.',
    'Goodbye.',
    'Bye-bye!',
    'GOODBYE',
    'Okay, thanks for your time and patience. Take care!',
    "Great, I've booked the table for seven. Have a lovely evening!",
    'We open at nine, goodbye.',
    'Goodbye, Mr. Smith.',
    'Bye for now, Dana!',
    'Goodbye! Thank you so much for your time.',
    'It was nice talking to you. Have a good one.',
    "Perfect, we'll see you tomorrow.",
    'Thank you for your time, and have a wonderful rest of your day!',
    'I won’t keep you any longer. Good night.',
    'Did you like it? I am glad. Bye!',
    'Thanks again and goodbye.',
    'Enjoy the rest of your weekend!',
    'Well, goodbye then...',
    'Goodbye, have a nice day, and thanks for your help!',
    'You too, take care!',
  ],
  de: [
    'Auf Wiederhören!',
    'Vielen Dank für Ihre Zeit. Auf Wiederhören, Frau Müller.',
    'Dann wünsche ich Ihnen noch einen schönen Tag. Tschüss!',
    'Alles klar, bis morgen!',
    'Einen schönen Abend noch.',
    'Ich wünsche Ihnen ein schönes Wochenende.',
    'Tschüß und danke!',
    'Der Tisch ist für acht reserviert, auf Wiedersehen.',
    "Gut, mach's gut!",
    'AUF WIEDERHOREN',
  ],
  fr: [
    'Bonne journée, au revoir.',
    'Merci beaucoup, à bientôt !',
    'Je vous souhaite une excellente soirée.',
    'Au revoir Madame.',
    'Très bien, merci et bon week-end !',
    "D'accord. Passez une bonne journée.",
    'Parfait, salut !',
  ],
  es: [
    '¡Adiós!',
    'Muchas gracias, hasta luego.',
    'Que tenga un buen día.',
    'Perfecto, nos vemos mañana. ¡Hasta luego, señora García!',
    'Gracias por su tiempo y feliz tarde.',
    'Muchas gracias. Buenas noches.',
  ],
  it: [
    'Arrivederci!',
    'Grazie mille, buona giornata.',
    'Va bene, ciao!',
    'Le auguro una buona serata, signora Rossi. Arrivederla.',
    'Ciao ciao!',
    'Perfetto. A presto!',
  ],
  pt: [
    'Tchau!',
    'Muito obrigada, até logo.',
    'Tenha um ótimo dia!',
    'Está bem, obrigado e até amanhã.',
    'Adeus, senhor Silva.',
    'Obrigado. Boa noite!',
  ],
  nl: [
    'Tot ziens!',
    'Hartelijk dank, een fijne dag nog.',
    'Oké, tot morgen.',
    'Ik wens u een prettige avond. Dag mevrouw Jansen!',
    'Doei doei!',
    'Bedankt voor uw tijd en tot horens.',
  ],
  pl: [
    'Do widzenia!',
    'Dziękuję bardzo, miłego dnia.',
    'Do usłyszenia, pani Kowalska.',
    'Dobrze, do jutra.',
    'Życzę panu miłego wieczoru. Dobranoc.',
    'Dziękuję i do zobaczenia!',
  ],
  ja: [
    'ありがとうございました。失礼いたします。',
    'それでは、失礼します。',
    'さようなら！',
    '承知しました。では、良い一日をお過ごしください。',
    'はい、ではまた明日。',
    '田中様、失礼いたします。',
  ],
}

const OTHERS: Record<string, string[]> = {
  en: [
    'Goodbye is what he said, but...',
    'Goodbye is what he said, but I do not believe it.',
    'Shall I say goodbye?',
    'Before we say goodbye, could you...',
    'Before we say goodbye, could you tell me your name.',
    'Have a nice day planned?',
    'Have a nice day planned',
    'Goodbye! Oh, one more thing: what is your name?',
    'Goodbye! Oh wait, I forgot something.',
    'Good morning!',
    'Good evening, this is an AI assistant.',
    'Good day!',
    'Thank you.',
    'Okay, great.',
    'He waved and said goodbye.',
    'In German, goodbye is auf Wiederhören.',
    'The word you are looking for is: goodbye.',
    'He said, "Goodbye."',
    'They tell everybody to come in and have a nice day.',
    'There was no letter, a goodbye was never said.',
    'You need to rest, and take care.',
    'Is there anything else I can do for you? If not, have a great day!',
    'Would you like to say bye?',
    'Goodbye, and thanks for what?',
    'My favourite song is Goodbye Yellow Brick Road.',
    'Take care of the invoice by Friday.',
    'See you at the door is fine.',
    'Adiós!',
    '',
    ' ... ',
  ],
  de: [
    'Guten Tag!',
    'Guten Abend, hier ist ein KI-Assistent.',
    'Einen schönen guten Tag!',
    'Soll ich auf Wiederhören sagen?',
    'Wir haben geöffnet von heute, bis morgen.',
    'Bis wann haben Sie geöffnet?',
    'Auf Wiedersehen sagt man in Deutschland.',
    'Servus, Anna!',
    'Haben Sie noch eine Frage? Falls nicht, einen schönen Tag noch.',
  ],
  fr: ['Bonjour !', 'Bonsoir, je suis un assistant.', 'Avez-vous passé une bonne journée ?', 'Salut Marie !'],
  es: ['¡Buenos días!', 'Buenas noches, soy un asistente.', '¿Le digo adiós?', 'Fue un buen día.'],
  it: ['Ciao!', 'Ciao Maria!', 'Buonasera, sono un assistente.', 'È stata una buona giornata.'],
  pt: ['Bom dia!', 'Boa noite!', 'Boa tarde, sou um assistente.', 'Foi um ótimo dia.'],
  nl: [
    'Goedendag!',
    'Dag mevrouw Jansen.',
    'Goede morgen, u spreekt met een assistent.',
    'Had u een fijne dag?',
  ],
  pl: ['Dzień dobry!', 'Cześć!', 'Czy to był miły dzień?', 'Jestem do usług.'],
  ja: [
    '他にご質問はありますか。なければ、失礼いたします。',
    'お忙しいところ失礼いたします。',
    '突然のお電話失礼いたします。',
    '失礼ですが、お名前は。',
    'こんにちは。',
    'ありがとうございます。',
    'また明日お電話してもよろしいですか。',
  ],
}

const rows = (lines: Record<string, string[]>) =>
  Object.entries(lines).flatMap(([language, texts]) => texts.map((text) => [language, text] as const))

describe('a farewell', () => {
  it.each(rows(FAREWELLS))('is, in %s: %s', (language, text) => {
    expect(saysFarewell(text, language)).toBe(true)
    expect(saysFarewell(text, undefined)).toBe(true)
  })

  it.each(rows(OTHERS))('is not, in %s: %s', (language, text) => {
    expect(saysFarewell(text, language)).toBe(false)
    if (text !== 'Adiós!') expect(saysFarewell(text, undefined)).toBe(false)
  })

  it('goes by the language of the tag, whatever its region; without one, or in one it does not know, by all', () => {
    expect(saysFarewell('Auf Wiederhören!', 'de-AT')).toBe(true)
    expect(saysFarewell('Auf Wiederhören!', 'EN-us')).toBe(false)
    expect(saysFarewell('Auf Wiederhören!', undefined)).toBe(true)
    expect(saysFarewell('Bye bye!', 'sv-SE')).toBe(true)
    expect(saysFarewell('Bye bye!', 'constructor')).toBe(true)
  })

  it('is the same in every Unicode form', () => {
    for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const) {
      expect(saysFarewell('Adiós!'.normalize(form), 'es')).toBe(true)
      expect(saysFarewell('Bonne soirée, à bientôt\u00a0!'.normalize(form), 'fr')).toBe(true)
    }
    expect(saysFarewell('Ｇｏｏｄｂｙｅ！', 'en')).toBe(true)
    expect(saysFarewell('ﾊﾞｲﾊﾞｲ', 'ja')).toBe(true)
  })

  it('is decided at once, however the text was made', () => {
    const pieces = [
      'na dann ',
      'thank you and ',
      'Bye ',
      'Anna, ',
      'very ',
      'und ',
      '. ',
      '… ',
      '? ',
      '-',
      'ありがとう',
    ]
    const startedAtMs = performance.now()
    for (const one of pieces)
      for (const other of pieces) saysFarewell(`${(one + other).repeat(2000)}x`, undefined)
    expect(performance.now() - startedAtMs).toBeLessThan(2000)
  })
})
