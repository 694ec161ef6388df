/// The words that state answers, in English, German, French, Spanish and Chinese; for some further
/// languages only the word for "answer".
enum AnswerWords {
    // MARK: Names of the answer

    static let answers = PhraseTable(
        "answer, answer's, ans, antwort, lösung, réponse, respuesta, 答案, 回答, 答",
        "risposta, resposta, jawaban, antwoord, svar, svaret, odpowiedź, cevap, yanıt, ответ, відповідь",
        "الإجابة, الجواب, 答え, 正解, 解答, 정답, 답, उत्तर, câu trả lời, đáp án, คำตอบ")
    /// These are the answer where a word calls them correct.
    static let options = PhraseTable(
        "option, choice, response, statement, one, alternative, selection, pick, conclusion, letter",
        "wahl, auswahl, aussage, möglichkeit, antwortmöglichkeit, antwortoption",
        "choix, proposition, opción, alternativa, elección, afirmación, inciso, letra, opção",
        "选项, 选择, 一项, 项, 说法")
    /// These are it before a colon at the start of a line.
    static let labels = PhraseTable(
        "letter, correct, solution, solución, option, choice, selection, final, response, richtig",
        "korrekt",
        "opción, choix, correcte, correcta, lettre, letra, buchstabe, 选项, 选择, 正确")
    static let goodWords = PhraseTable(
        "correct, right, best, good, better, proper, appropriate, suitable, likely, accurate, final",
        "only, valid, optimal, logical, ideal, plausible, my, our, selected, chosen",
        "richtige, richtigen, richtiger, richtig, korrekte, korrekten, korrekter, korrekt, beste",
        "besten, passende, passendste, zutreffende, endgültige, finale, meine",
        "bonne, bon, meilleure, meilleur, correcte, juste, exacte, mon, ma, définitive",
        "correcta, correcto, mejor, adecuada, acertada, mi, definitiva, 正确, 最佳, 最终, 最好, 对")
    static let finalWords: Set = [
        "final", "endgültige", "finale", "définitive", "definitiva", "最终",
    ]
    /// With these it is not this question's answer, or is not stated as an answer.
    static let badWords = PhraseTable(
        "wrong, incorrect, worst, bad, false, other, another, previous, earlier, first, initial",
        "original, second, third, next, last, possible, alternative, common, tempting, obvious",
        "naive, popular, typical, intuitive, usual, expected, sample, example, reference, his, her",
        "given, stated, listed, marked, official, published, intended, supposed, claimed, proposed",
        "suggested, their, user, student, no, neither, either, each, every, any, one, two, which, what, old",
        "falsche, falschen, andere, anderen, erste, zweite, nächste, vorige, mögliche, keine, jede",
        "mauvaise, fausse, autre, première, seconde, prochaine, aucune, incorrecte",
        "incorrecta, otra, primera, segunda, mala, falsa, ninguna, anterior, 错误, 其他, 上一题, 第二题")
    static let articles = PhraseTable(
        "the, a, most, very, this, your, die, der, das, am, la, le, les, plus, el, los, más, 的")
    /// After "answer" they change nothing.
    static let references = PhraseTable(
        "to this question, to the question, to the problem, to this problem, to your question",
        "for this question, for the question, here, choice, option, letter, below",
        "auf diese frage, auf die frage, à la question, à cette question, a la pregunta",
        "a esta pregunta, 选项, 的")

    // MARK: Being it

    static let copulas = PhraseTable(
        "is, would be, must be, should be, could be, might be, may be, will be, can only be",
        "has to be, ought to be, needs to be, seems to be, appears to be, turns out to be",
        "would have to be, would then be, is going to be",
        "ist, lautet, wäre, muss, müsste, sollte, dürfte, könnte, wird",
        "est, serait, doit être, devrait être, semble être, pourrait être, sera",
        "es, sería, debe ser, debería ser, parece ser, podría ser, tiene que ser, será",
        "是, 为, 应该是, 应该为, 应是, 应为, 应当是, 应该选, 应选, 就是, 只能是, 可能是, 显然是, 只有, 选",
        "è, é, は, は は, 은, 는")
    static let deniedCopulas = PhraseTable(
        "is not, isn't, can't be, cannot be, can not be, would not be, wouldn't be, ist nicht",
        "n'est pas, ne peut pas être, no es, no puede ser, 不是, 并不是, 不应该是, 不能是, 不可能是")
    /// Words that may be between these and the letter.
    static let fillers = PhraseTable(
        "most likely, most probably, likely, probably, clearly, definitely, therefore, thus, hence",
        "then, simply, just, only, indeed, certainly, surely, obviously, actually, in fact, really",
        "of course, in this case, the, letter, option, choice, answer, response, number",
        "also, daher, somit, demnach, folglich, wahrscheinlich, vermutlich, eindeutig, definitiv",
        "tatsächlich, eigentlich, doch, wohl, die, der, das, buchstabe, antwort, möglichkeit",
        "donc, bien, clairement, probablement, certainement, la, le, l'option, la lettre, lettre",
        "proposition, réponse, en fait, en réalité, plutôt, l', sans doute",
        "el, opción, letra, entonces, claramente, probablemente, por lo tanto, por tanto",
        "alternativa, en realidad, realmente, seguramente, inciso, respuesta, sin duda",
        "选项, 选择, 明显, 显然, 其实, 答案")

    // MARK: Calling it correct

    static let verdicts = PhraseTable(
        "correct, right, best, answer, most appropriate, most accurate, most suitable, most likely",
        "richtig, richtige, korrekt, korrekte, zutreffend, beste, antwort, lösung",
        "correcte, juste, bonne, exacte, meilleure, réponse",
        "correcta, correcto, mejor, respuesta, 正确, 对, 最佳, 符合题意, 答案")
    /// A verdict ends with one of these where it is more than an adjective.
    static let verdictNouns = PhraseTable(
        "answer, option, choice, one, response, statement, solution, conclusion",
        "antwort, option, lösung, wahl, aussage, réponse, choix, respuesta, opción",
        "alternativa, elección, 答案, 选项, 选择, 的")
    /// "B best describes this."
    static let fitting: Set = [
        "fits", "describes", "matches", "explains", "answers", "represents", "captures", "reflects",
        "completes", "illustrates", "characterizes",
    ]
    /// Words that may precede a letter that is called correct.
    static let verdictOpenings: Set = [
        "option", "choice", "answer", "letter", "so", "thus", "hence", "therefore", "that", "think",
        "believe", "conclude", "seems", "appears", "clearly", "only", "then", "antwort", "dass",
        "ist", "wäre", "also",
        "daher", "nur",
        "somit", "donc", "que", "la", "l'option", "réponse", "seule", "opción", "respuesta",
        "entonces", "solo", "letra", "and", "but", "while", "und", "aber", "et", "mais", "y",
        "pero",
        "→", "有", "项", "以", "此", "故", "为", "得", "案", "明",
    ]

    // MARK: Choosing it

    static let choosing = PhraseTable(
        "choose, pick, select, go with, going with, opt for, settle on, vote for, say, answer, chose",
        "picked, selected, choosing, picking, selecting, answer with, answering with, vote")
    static let choosers: Set = ["i", "i'll", "i'd", "i'm", "we", "we'll", "we'd", "let's", "me"]
    static let choosingAlone = PhraseTable(
        "wähle, nehme, ich würde, entscheide mich für, tippe auf, choisis, choisirais, opte pour, opterais pour",
        "sélectionne, dirais, elijo, escojo, selecciono, quedo con, opto por, elegiría, escogería",
        "marco")

    // MARK: Pointing at it

    static let pointing = PhraseTable(
        "it's, it is, it must be, it should be, it would be, it has to be, that's, that is, this is",
        "that would be, that must be, that leaves, this leaves, which leaves, so it's, i think it's, i think, i believe, i believe it's",
        "i think it is, i believe it is, i guess it's, i guess, i'd say it's, i'd say, i would say, my guess is",
        "es ist, das ist, ist es, das wäre, c'est, ce serait, ce sera, je pense que c'est",
        "je dirais, es la, es el, sería la, creo que es, creo que es la, pienso que es",
        "richtig ist, korrekt ist, es, 正确的是, 因此是, 所以是, 我认为是, 我觉得是, 应该是, 应为, 我认为, 而是, 那就是")
    static let matching = PhraseTable(
        "matches, matches with, corresponds to, corresponds with, is, aligns with, fits, points to",
        "leads to, gives, gives us, suggests, supports, indicates, leads us to, entspricht",
        "correspond à, corresponde a, coincide con, 对应, 符合")
    static let pronouns: Set = ["this", "that", "it", "das", "dies", "cela", "ceci", "esto", "这"]
    static let matchedNouns: Set = [
        "option", "choice", "answer", "letter", "antwort", "l'option", "réponse", "opción",
        "respuesta", "la", "à", "选", "项",
    ]
    /// A sentence of one of these and a letter states it.
    static let conclusions = PhraseTable(
        "so, thus, hence, therefore, consequently, accordingly, ergo, probably, likely, definitely",
        "clearly, surely, obviously, certainly, in conclusion, finally, most likely, →, okay, ok",
        "sure, yes, ja, oui, sí, 是的",
        "also, daher, somit, deshalb, folglich, demnach, wahrscheinlich, donc, ainsi, alors",
        "probablement, par conséquent, entonces, luego, así, por tanto, por lo tanto, así que",
        "probablemente, 所以, 因此, 故, 综上")

    // MARK: Doubting it

    /// Words by which a clause denies or supposes its statement, or calls it a mistake.
    static let doubts: Set = [
        "not", "never", "cannot", "nor", "neither", "whether", "doubt", "suppose", "assume",
        "assuming", "supposing", "imagine", "pretend", "hardly", "no", "without", "eliminate",
        "thought", "initially", "tempting", "tempted", "mistake", "mistakenly", "wrongly",
        "incorrectly", "might", "says", "said", "claims", "claimed", "argues", "believes",
        "believed", "assumed", "show", "prove", "verify", "check", "sure", "some", "many", "people",
        "someone", "students", "than",
        "nicht", "nie", "kein", "keine", "ob", "angenommen", "dachte", "glaubte", "könnte",
        "zunächst", "anfangs", "fälschlich", "ne", "n'est", "jamais", "pensais", "croyais", "abord",
        "d'abord", "aucune", "pas", "pensé", "pensaba", "creía", "nunca", "jamás", "ni", "tampoco",
        "quizás", "不", "没", "未", "别", "勿", "非", "否", "曾", "起初", "误",
    ]
    /// Words that make a whole sentence depend on something.
    static let conditions: Set = [
        "if", "unless", "otherwise", "wenn", "falls", "sofern", "ansonsten", "si", "sinon", "s'il",
        "若", "假", "倘", "果",
    ]
    static let conditionPhrases = PhraseTable(
        "if, unless, only if, when, whenever, provided, assuming, wenn, falls, sofern, nur wenn, si",
        "cuando, quand, lorsque, solo si, 如果, 若, 当, 假如, 除非")
    static let turns = PhraseTable("but, aber, sondern, mais, pero, sino, 但, 但是, 而是, 而")
    /// A statement after these no longer depends on a condition or doubt.
    static let consequences: Set = [
        "so", "thus", "hence", "therefore", "consequently", "daher", "somit", "folglich", "donc",
        "ainsi", "luego", "entonces", "因", "故", "所",
    ]
    /// After these a letter in brackets is no label of a list: "both (A) and (B)".
    static let mentions: Set = [
        "both", "neither", "either", "all", "of", "than", "like", "unlike", "and", "or", "nor",
        "with", "to", "not",
    ]
    static let denials = PhraseTable("not, nicht, pas, no, et non, y no, und nicht, 不, 不是, 而不是, 而非")

    // MARK: Words after a letter

    static let joins = PhraseTable(
        "or, and, to, through, oder, und, bis, ou, et, o, y, u, 或, 或者, 和, 与, 及, 跟, 至, 到, 还是")
    /// With these a letter may apply to one part only: "A for x > 0 and B for x < 0".
    static let parts: Set = [
        "for", "in", "at", "on", "when", "if", "with", "für", "bei", "pour", "para",
    ]
    static let hedges = PhraseTable(
        "maybe, possibly, perhaps, potentially, even, vielleicht, möglicherweise, peut-être, quizás",
        "tal vez, 可能, 也许, 也可能")
    static let reasons = PhraseTable(
        "because, since, as, due, for, weil, da, denn, wegen, parce, car, puisque, porque, pues, ya",
        "debido, 因, 由, 理由, 因为, 由于")
    static let followers = PhraseTable(
        "so, thus, hence, therefore, but, rather, instead, though, although, whereas, while, which",
        "based, given, considering, by, from, in, on, with, this, that, it, here, according, however",
        "where, representing, meaning, namely, then, indeed, i, we, to, according, option, choice",
        "answer, per, via, following, after, and, or, also, like, sein, aber, aufgrund, laut, nach",
        "also, daher, wählen, nehmen, mais, et, donc, qui, selon, comme, d'après, pero, según, que",
        "dado, y, como, ser, 而, 这, 所, 项, 选, 其, 根, 根据, 理, 解, 选项, で, だ, 입, 번, 이, 也, 为, 符, 正")

    /// These define which answer is meant: "the answer that most give".
    static let attributes: Set = ["to", "that", "which", "where", "with", "by", "from", "in", "on"]

    // MARK: Taking it back

    /// Statements before these no longer count.
    static let retractions = PhraseTable(
        "wait, scratch that, strike that, correction, hold on, oops, whoops, my mistake, i was wrong",
        "i made a mistake, i made an error, i've made a mistake, i've made an error, i misread",
        "that's wrong, that is wrong, that's not right, that is not right, that's incorrect",
        "that is incorrect, that's not correct, that is not correct, let me reconsider, nope",
        "on second thought, on second thoughts, let me correct, i take that back, never mind",
        "let me rethink, i need to correct, sorry",
        "moment, warte, korrektur, stimmt nicht, das stimmt nicht, das ist falsch, mein fehler",
        "ich habe mich geirrt, das war falsch, attends, attendez, je me suis trompé",
        "je me suis trompée, je me trompe, c'est faux, rectification, un instant",
        "espera, espere, espere un momento, un momento, corrección, me equivoqué",
        "me he equivocado, eso no es correcto, eso es incorrecto, perdón, mejor dicho",
        "不对, 等等, 等一下, 更正, 纠正, 我错了, 搞错了, 我搞错了, 不对不对, 修正, 慢着")
    /// These take back only before a sign: "No, …".
    static let refusals = PhraseTable("no, nein, halt, non, 不, falsch, faux, falso, erreur, sorry")
    /// A statement after these may correct an earlier one.
    static let corrections = PhraseTable(
        "actually, in fact, in reality, rather, or rather, instead, on reflection, upon reflection",
        "on closer inspection, upon closer inspection, i mean, make that, hmm, re-evaluating",
        "after reconsidering, upon reconsideration, double-checking, after all, doch, sondern",
        "tatsächlich, eigentlich, vielmehr, bei näherem hinsehen, en fait, en réalité",
        "plutôt, après réflexion, en realidad, más bien, de hecho",
        "pensándolo bien, 其实, 实际上, 而是, 重新")
    static let contrasts = PhraseTable(
        "however, jedoch, allerdings, cependant, toutefois, sin embargo, no obstante, 然而, 不过")
    /// Before these "wait" is no noun.
    static let retractionFollowers: Set = [
        "no", "actually", "i", "let", "let's", "that", "that's", "maybe", "the", "it", "it's", "is",
        "but", "what", "if", "isn't", "there", "this", "my", "sorry", "nein", "doch", "ich", "die",
        "das", "es", "non", "en", "c'est", "la", "je", "un", "eso", "me",
    ]
    /// A letter after these alone is stated.
    static let replacing = PhraseTable(
        "actually, rather, or rather, instead, i mean, make that, make it, doch, sondern, vielmehr",
        "en fait, plutôt, en réalité, en realidad, más bien, mejor dicho, 而是, 应该是, 应为, 应该选, 应选, 是, 选",
        "it's, it is, it should be, should be, that's, c'est, es la, es, ist, das ist, it must be")

    // MARK: Another question

    static let questionWords = PhraseTable(
        "question, q, problem, exercise, next question, new question, user, human, input, instruction",
        "instructions, system, frage, aufgabe, nächste frage, pregunta, problema, ejercicio, exercice",
        "问题, 题目, 下一题, 用户")
    static let questionPhrases = PhraseTable("the following are, the following is a, 以下是")
}
