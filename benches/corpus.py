"""Press-like articles from a seed: half French, half English, as a scraper would leave them.

Article `number` depends on the seed and its number alone. Words come from the lists below and,
for every eighth article, from one of raw/; dates and sums are drawn afresh, so no two are alike.
"""

import functools
import json
import pathlib
import random
import re

SEED = 20240521
ARTICLE_BYTES = 5000

FRENCH = {
    "who": """le conseil municipal|la préfecture|le ministère des Finances|la région|l'opposition|
        le tribunal administratif|la direction du port|l'intersyndicale|le comité de quartier|
        la chambre de commerce|l'agence de l'eau|la cour des comptes|le groupement agricole|
        l'association des riverains|la commission d'enquête|le gouvernement""",
    "person": """Claire Vasseur|Karim Benali|Jean-Marc Oudin|Sophie Lemaître|Hugo Delattre|
        Nadia Cherif|Bernard Quéré|Inès Marchetti|Paul N'Diaye|Élodie Roussel|M. Thévenot|
        Mme Guérin|le Dr Salomon|Yann Le Goff""",
    "town": """Lyon|Nantes|Brest|Saint-Étienne|Casablanca|Dakar|Genève|Liège|Montréal|Bordeaux|
        Le Havre|Strasbourg|Tunis|Rabat|Aix-en-Provence|Perpignan""",
    "thing": """la rénovation des écoles|la ligne de tramway|le budget annexe de l'eau|
        l'extension du terminal à conteneurs|le plan de lutte contre les inondations|
        la réforme des retraites agricoles|le marché de la restauration scolaire|
        la fermeture du dernier haut-fourneau|le chantier de l'hôpital|la taxe de séjour|
        l'accord de coopération maritime|la vente des anciens abattoirs""",
    "verb": """a confirmé|a défendu|a rejeté|a critiqué|a reporté|a présenté|a financé|
        a dénoncé|a examiné|a salué""",
    "month": "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
    "weekday": "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche",
    "currency": "d'euros|de dollars|de dirhams|de francs suisses|de livres sterling",
    "sentence": """
        {Who} {verb} {thing}, {weekday} {day}, devant une salle comble à {town}.|
        Selon {person}, {thing} coûtera {n},{digit} millions {currency} d'ici à {year}.|
        « Nous attendions cette décision depuis {year}, et elle ne règle rien », a réagi {person}.|
        Le {day}, {who} avait pourtant promis que {thing} ne dépasserait pas {n} 000 euros.|
        À {town}, {thing} divise depuis {small} ans les habitants et leurs élus.|
        Entre {year} et {year}, {who} a versé {n},{digit} milliards {currency} à ce titre.|
        {Who} ne s'est pas exprimé, mais {person} y voit « un mauvais signal » pour {town}.|
        L'an dernier, {n} dossiers avaient été déposés, soit {small} % de plus qu'en {year}.|
        Une réunion publique est prévue {weekday} prochain à {hour} h 30 à la mairie de {town}.|
        {Who} {verb} {thing} par {n} voix contre {small}, après {small} heures de débat.|
        Interrogée sur {thing}, {who} renvoie à un rapport remis en {month} {year}.|
        Les travaux, qui devaient s'achever en {month} {year}, ont pris {small} mois de retard.|
        Faute d'accord, {person} demandera une rallonge de {n} millions {currency} à {who}.|
        Sur place, {n} personnes ont manifesté dans le calme contre {thing}.|
        C'est la {small}e fois en un an que {who} se prononce sur {thing}, rappelle {person}.|
        Dans les années {decade}, {town} comptait encore {n} emplois de ce genre.|
        Le prix moyen est passé de {small},{digit} à {n} euros par mois, d'après {who}.|
        Hier soir, {person} s'est dit « prêt à reprendre la discussion » avec {who}.""",
    "plain": """
        {Person} ne cache pas son inquiétude pour {town}, où {thing} occupe toutes les conversations.|
        Pour {who}, qui dit avoir « tout essayé », la balle est désormais dans le camp des élus.|
        Les commerçants de {town} craignent que {thing} n'éloigne encore un peu plus leurs clients.|
        Or rien n'indique, dans le dossier que nous avons pu lire, que {who} ait donné son accord.|
        « On ne nous dit rien, on apprend tout par la presse », regrette {person}, qui habite {town}.|
        De son côté, {who} assure que {thing} reste une priorité et que personne ne sera oublié.|
        Le texte prévoit aussi que {who} rende ses comptes publics, ce que {person} réclamait.|
        Reste à savoir qui paiera : ni {who} ni les riverains ne veulent supporter seuls la dépense.|
        Cette fois, {person} et {person} ont parlé d'une même voix, ce qui n'a échappé à personne.|
        Il y va, répète-t-on à {town}, de la confiance des habitants envers {who}.|
        Dans la salle, des sifflets ont couvert la fin du discours de {person}.|
        {Thing} figurait pourtant en bonne place dans le programme que défendait {person}.|
        Plusieurs associations ont saisi {who}, sans grand espoir d'être entendues.""",
    "head": """{Who} {verb} {thing}|{Thing} : {who} hausse le ton|À {town}, {thing} fait débat|
        {person} : « Il faut sauver {town} »|{Thing} coûtera {n} millions {currency}""",
    "top": "Accueil > Actualités > {town}|Politique Économie Société Culture Sport|Menu Rechercher",
    "byline": "Publié le {day} à {hour}h{n} par {person}|Par {person}, le {day}|{town}, le {day} —",
    "tail": """Lire aussi : {Thing} à {town}|Partager sur Facebook|Laisser un commentaire|
        Abonnez-vous à notre newsletter et recevez chaque matin l'essentiel de l'actualité|
        Temps de lecture : {small} minutes|© {year} Tous droits réservés|Mentions légales""",
}

ENGLISH = {
    "who": """the city council|the finance ministry|the opposition|the port authority|
        the water company|a federal judge|the teachers' union|the audit office|the harbour board|
        the regional health trust|the residents' group|the central bank|the ferry operator|
        the planning committee|the farmers' association|the government""",
    "person": """Helen Marsh|Omar Siddiqui|Peter Lindqvist|Grace Okafor|Daniel Reyes|Ruth Adeyemi|
        Mr Callaghan|Ms Ferreira|Dr. Whitcombe|Tom Nakamura|Alice B. Turner|Sen. Doyle|
        Priya Raman|Lt. Col. Hughes""",
    "town": """Leeds|Baltimore|Galway|Auckland|Durban|Halifax|Norwich|Tampa|Lagos|Wellington|
        St. Louis|Bristol|Toronto|Fremantle|Aberdeen|Sacramento""",
    "thing": """the school repair programme|the tram extension|the new flood barrier|
        the container terminal|the pension reform|the school meals contract|the hospital wing|
        the closure of the last steelworks|the tourist levy|the fishing agreement|
        the sale of the old slaughterhouse|the bus lane scheme""",
    "verb": """approved|defended|rejected|criticised|postponed|presented|funded|attacked|
        examined|welcomed""",
    "month": """January|February|March|April|May|June|July|August|September|October|November|
        December""",
    "weekday": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
    "currency": "million|billion",
    "sentence": """
        {Who} {verb} {thing} on {weekday}, {day}, before a packed hall in {town}.|
        According to {person}, {thing} will cost ${n}.{digit} {currency} by {year}.|
        “We have waited for this since {year}, and it settles nothing,” said {person}.|
        On {day}, {who} had promised that {thing} would stay below £{n},000.|
        In {town}, {thing} has divided voters and their councillors for {small} years.|
        Between {year} and {year}, {who} paid €{n}.{digit} {currency} towards it.|
        {Who} declined to comment, but {person} called it “a bad sign” for {town}.|
        Last year {n} claims were filed, {small} per cent more than in {year}.|
        A public meeting is due next {weekday} at {hour}:30 in {town} town hall.|
        {Who} {verb} {thing} by {n} votes to {small} after {small} hours of debate.|
        Asked about {thing}, {who} points to a report published in {month} {year}.|
        The works, which were to end in {month} {year}, are {small} months behind.|
        Without a deal, {person} will ask {who} for another {n} {currency} dollars.|
        Some {n} people marched peacefully against {thing}, {who} said.|
        It is the {small}th time in a year that {who} has ruled on {thing}, {person} noted.|
        In the {decade}s, {town} still had {n} jobs of this kind.|
        The average price rose from ${small}.{digit}0 to ${n} a month, {who} said.|
        Yesterday {person} was “ready to resume talks” with {who}.""",
    "plain": """
        {Person} makes no secret of the worry in {town}, where {thing} is on everybody's lips.|
        For {who}, which says it has tried everything, the ball is now in the councillors' court.|
        Shopkeepers in {town} fear that {thing} will drive away the few customers they have left.|
        Nothing in the file seen by this newspaper suggests that {who} ever gave its consent.|
        “Nobody tells us anything, we read it in the papers,” said {person}, who lives in {town}.|
        For its part, {who} insists that {thing} remains a priority and that nobody is forgotten.|
        The text also requires {who} to open its books, as {person} had long demanded.|
        Who is to pay remains unclear: neither {who} nor the neighbours want to bear it alone.|
        For once {person} and {person} spoke with one voice, which escaped no one in {town}.|
        At stake, people in {town} say again and again, is the trust they have in {who}.|
        Boos from the back of the hall drowned the end of the speech by {person}.|
        {Thing} had stood high in the programme on which {person} was elected, after all.|
        Several charities have turned to {who}, with little hope of being heard.""",
    "head": """{Who} {verb} {thing}|Anger in {town} over {thing}|{Thing} to cost ${n} {currency}|
        {person}: ‘We must save {town}’|What {thing} means for {town}""",
    "top": "Home > News > {town}|Politics Business Sport Culture Opinion|Skip to content Menu",
    "byline": "By {person} | {day}|Published {day}, {hour}:{n} GMT|{person}, {town}|Updated {day}",
    "tail": """Read more: {Thing} in {town}|Share on Facebook|Leave a comment|{small} min read|
        Sign up to our newsletter and get the best stories every morning|
        © {year} All rights reserved|Terms and conditions""",
}


class Language:
    """The words of one language, its templates cut into literals and slots."""

    def __init__(self, words, day):
        split = {name: [re.sub(r"\s+", " ", word.strip()) for word in words[name].split("|")]
                 for name in words}
        self.words = {name: [self.parts(word) for word in split[name]] for name in split}
        for name in ("who", "thing", "person"):
            capitals = [self.parts(word[0].upper() + word[1:]) for word in split[name]]
            self.words[name.capitalize()] = capitals
        self.words["day"] = [self.parts(day)]

    @staticmethod
    def parts(template):
        return re.split(r"\{(\w+)\}", template)

    def write(self, name, rng):
        """One of the words called `name`, its slots filled."""
        options = self.words.get(name)
        if options is None:
            return NUMBERS[name](rng.random())
        parts = options[int(rng.random() * len(options))]
        if len(parts) == 1:
            return parts[0]
        filled = [self.write(part, rng) if odd % 2 else part for odd, part in enumerate(parts)]
        return "".join(filled)


NUMBERS = {
    "n": lambda x: str(11 + int(x * 889)),
    "small": lambda x: str(4 + int(x * 16)),
    "digit": lambda x: str(1 + int(x * 9)),
    "hour": lambda x: str(8 + int(x * 12)),
    "date": lambda x: str(2 + int(x * 27)),
    "year": lambda x: str(1998 + int(x * 27)),
    "decade": lambda x: str(1950 + 10 * int(x * 5)),
}
LANGUAGES = [Language(FRENCH, "{date} {month} {year}"), Language(ENGLISH, "{date} {month} {year}")]


@functools.cache
def real_articles():
    folder = pathlib.Path(__file__).parent.parent / "raw"
    return [path.read_text(encoding="utf-8").split("\n") for path in sorted(folder.glob("*.txt"))]


def article(number):
    """The text of article `number`, about ARTICLE_BYTES long in UTF-8."""
    rng = random.Random(SEED * 1_000_000_007 + number)
    if number % 8 == 0 and real_articles():
        return mixed(number // 8, rng)
    language = LANGUAGES[number % 2]
    lines = [language.write(name, rng) for name in ("top", "head", "byline")]
    size = sum(map(len, lines))
    bytes_min = ARTICLE_BYTES * (0.7 + 0.4 * rng.random())
    while size < bytes_min:
        if len(lines) % 7 == 6:
            lines.append(language.write("head", rng))
        count = 2 + int(rng.random() * 4)
        lines.append(" ".join(sentence(language, rng) for _ in range(count)))
        size += len(lines[-1])
    lines += [language.write("tail", rng) for _ in range(4)]
    return "\n\n".join(lines) + "\n"


def sentence(language, rng):
    """A sentence; two in five name dates, sums or other figures."""
    return language.write("sentence" if rng.random() < 0.4 else "plain", rng)


def mixed(number, rng):
    """A real article with a sentence of its own before each line, up to the usual length."""
    french = LANGUAGES[0]
    articles = real_articles()
    lines, size = [], 0
    for line in articles[number % len(articles)]:
        if len(line) > 100 and size < ARTICLE_BYTES:
            line = f"{sentence(french, rng)} {line}"
        lines.append(line)
        size += len(line)
    return "\n".join(lines)


def path_of(number):
    """Articles lie in folders of 1000."""
    return pathlib.Path(f"{number // 1000:03d}") / f"{number:07d}.txt"


def write_articles(folder, count):
    """Writes `count` articles and returns their bytes."""
    size = 0
    for number in range(count):
        path = folder / path_of(number)
        if number % 1000 == 0:
            path.parent.mkdir(parents=True)
        size += path.write_bytes(article(number).encode())
    return size


def write_containers(folder, count, container_count):
    """Writes `count` articles of some 200 bytes as records of JSON lines files; returns bytes."""
    folder.mkdir(parents=True)
    size = 0
    for container in range(container_count):
        first, end = (count * (container + more) // container_count for more in (0, 1))
        with open(folder / f"{container:03d}.jsonl", "w", encoding="utf-8") as file:
            for number in range(first, end):
                rng = random.Random(-1 - number)
                language = LANGUAGES[number % 2]
                text = " ".join(sentence(language, rng) for _ in range(2))
                record = {"id": f"n{number}", "text": text}
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
            size += file.tell()
    return size
