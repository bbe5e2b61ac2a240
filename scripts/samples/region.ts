const words = (text: string) => text.split(' ')

const germanFirst = words(
  'Lena Jonas Mia Paul Emma Felix Anna Maximilian Lea Ben Marie Noah Sophie Leon Clara Elias Johanna Moritz Greta Jürgen',
)

/** Where customers live, what they are called there, and what they speak and pay with. */
export const regions = [
  {
    share: 55,
    country: 'DE',
    locale: 'de-DE',
    currency: 'EUR',
    firstNames: germanFirst,
    lastNames: words(
      'Müller Schmidt Vogt Krüger Hoffmann Weber Schäfer Lorenz Brandt Winter Köhler Busch Seidel Jäger',
    ),
  },
  {
    share: 12,
    country: 'AT',
    locale: 'de-DE',
    currency: 'EUR',
    firstNames: germanFirst,
    lastNames: words('Gruber Huber Pichler Steiner Moser Hofer Leitner Egger Wallner Aigner'),
  },
  {
    share: 11,
    country: 'CH',
    locale: 'de-DE',
    currency: 'CHF',
    firstNames: words('Urs Reto Nina Beat Sandra Luca Regula Simon Andrea Dominik'),
    lastNames: words('Bühler Frei Zürcher Ammann Keller Odermatt Baumann Wyss Zbinden Kälin'),
  },
  {
    share: 22,
    country: 'GB',
    locale: 'en-GB',
    currency: 'GBP',
    firstNames: words('Olivia Harry Amelia George Isla Arthur Freya Jack Poppy Callum Florence Rhys Imogen Hamish'),
    lastNames: words("Clarke Hughes Patel Walker O'Neill Bennett Shaw Fraser Morgan Whitaker Okafor Reid"),
  },
] as const
export type Region = (typeof regions)[number]
