import Testing

/// What `cohort`, `join` and `folds` say of files that cannot be used, and of patients they leave out.
@Suite struct BadCohortTests {
    let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.write(
            "base.csv",
            "id,time,event,age,sex\nP1,5,1,50,f\nP2,8,0,61,m\nP3,2,1,70,f\nP4,9,0,44,m\nP5,4,1,58,f\nP6,7,0,66,m\n")
        try bench.run("b = cohort \"@/base.csv\" time=time event=event")
    }

    /// A file's content, and what reading it as a cohort says.
    struct BadFile: CustomTestStringConvertible {
        let name: String
        let text: String
        let message: String
        let help: String?

        var testDescription: String { name }
    }

    @Test(arguments: [
        BadFile(
            name: "conflict.csv", text: "id,time,event\nP1,5,1\nP2,8,0\nP1,6,1\n",
            message: "@/conflict.csv, lines 2 and 4: the rows of P1 have different outcomes (time 5; time 6)",
            help: "correct the rows, or leave some out with where="),
        BadFile(
            name: "words.csv", text: "id,time,event\nP1,5,1\nP2,soon,0\n",
            message: "@/words.csv, line 3: the follow-up time is \"soon\", which is not a number",
            help: "correct the cell, or leave it empty or NA when the time is not known"),
        BadFile(
            name: "negative.csv", text: "id,time,event\nP1,5,1\nP2,-8,0\n",
            message: "@/negative.csv, line 3: the follow-up time of P2 is -8; a time is finite and not negative",
            help: "correct the cell, or leave such rows out with where="),
        BadFile(
            name: "infinite.csv", text: "id,time,event\nP1,inf,1\nP2,8,0\n",
            message: "@/infinite.csv, line 2: the follow-up time of P1 is inf; a time is finite and not negative",
            help: "correct the cell, or leave such rows out with where="),
        BadFile(
            name: "codes.csv", text: "id,time,event\nP1,5,1\nP2,8,2\n",
            message: "@/codes.csv, line 3: the event is 2, which is neither 0 or 1 nor true or false",
            help: "say which value is the event, for example event=(status == 2) or event=(status == \"dead\")"),
        BadFile(
            name: "labels.csv", text: "id,time,event\nP1,5,dead\nP2,8,alive\n",
            message: "@/labels.csv, line 2: the event is \"dead\", which is neither 0 or 1 nor true or false",
            help: "say which value is the event, for example event=(status == 2) or event=(status == \"dead\")"),
        BadFile(
            name: "ragged.csv", text: "id,time,event\nP1,5,1\nP2,8\n",
            message: "@/ragged.csv, line 3: the row has 2 cells, but the header names 3 columns",
            help: "a cell that contains the separator has to stand in double quotes"),
        BadFile(
            name: "empty.csv", text: "",
            message: "@/empty.csv: the file is empty; a line naming the columns was expected", help: nil),
        BadFile(
            name: "nobody.csv", text: "id,time,event\nP1,,1\nP2,8,NA\n",
            message: "@/nobody.csv: no patient is left (1 patient left out: no follow-up time (P1); "
                + "1 patient left out: no event status (P2))", help: nil),
        BadFile(
            name: "ids.csv", text: "time,event,who\n1,1,P1\n",
            message: "@/ids.csv: which column holds the patients' ids is not clear; there is none named case_id, "
                + "patient_id, patient, id, submitter_id",
            help: "name it with id=; the columns are time, event, who"),
    ]) func unusableFiles(_ file: BadFile) throws {
        try bench.write(file.name, file.text)
        let statement = "cohort \"@/\(file.name)\" time=time event=event"
        try bench.expectFailure(statement, file.message, help: file.help)
    }

    @Test func filesAndColumnsThatAreNotThere() throws {
        try bench.expectFailure(
            "cohort \"@/bse.csv\" time=time event=event", "@/bse.csv: there is no such file",
            help: "did you mean @/base.csv?")
        try bench.expectFailure(
            "cohort \"@/base.csv\" time=tme event=event", "there is no column or variable `tme`",
            help: "did you mean `time`?", at: "tme")
        try bench.expectFailure(
            "cohort \"@/base.csv\" id=idd time=time event=event", "@/base.csv: there is no column idd",
            help: "did you mean id?")
        try bench.expectFailure(
            "join b \"@/base.csv\" columns=[sexx]", "there is no column `sexx`", help: "did you mean `sex`?", at: "sexx"
        )
        try bench.expectFailure(
            "join b \"@/base.csv\" columns=([\"sexx\"])", "@/base.csv: there is no column sexx",
            help: "did you mean sex?")
        try bench.expectFailure(
            "cohort \"@/base.csv\" time=time event=event where=(sex == 1)",
            "`==` cannot compare the string \"f\" with the number 1, in row 1",
            help: "number(x) reads a string as a number; text is compared with text", at: "sex == 1")
    }

    @Test func joinedColumnsMayNotContradict() throws {
        try bench.write("other.csv", "id,age\nP1,50\nP2,62\n")
        try bench.expectFailure(
            "join b \"@/other.csv\"",
            "@/other.csv: the cohort already has a column age, with other values for 1 patient (P2: 61 in the cohort, "
                + "62 in the file)",
            help: "list the columns to take with columns=[…], without age; or rename it in the file")
        try bench.write("strangers.csv", "id,stage\nX1,I\n")
        try bench.expectFailure(
            "join b \"@/strangers.csv\"",
            "@/strangers.csv: no id in it is a patient of the cohort (it has X1, the cohort has P1)",
            help: "name the column with the patients' ids with id=")
    }

    @Test func patientsWithoutOutcomeAreLeftOutAndCounted() throws {
        try bench.write("gaps.csv", "id,time,event\nP1,5,1\nP2,,0\nP3,4,NA\nP4,3,0\n")
        let cohort = try bench.answer("cohort \"@/gaps.csv\" time=time event=event")
        #expect(try cohort["patients"].number() == 2)
        #expect(try cohort["events"].number() == 1)
        #expect(
            bench.told == [
                "note: 1 patient left out: no follow-up time (P2)", "note: 1 patient left out: no event status (P3)",
            ])
        #expect(try cohort["excluded"].items.map { try $0["count"].number() } == [1, 1])
    }

    @Test func aCohortWithoutEvents() throws {
        try bench.write("calm.csv", "id,time,event\nP1,5,0\nP2,8,0\nP3,9,0\nP4,3,0\n")
        try bench.run("n = cohort \"@/calm.csv\" time=time event=event")
        let note = "note: no patient had the event; check its sense, since nothing can be learnt or compared so"
        #expect(bench.told == [note])
        #expect(try bench.answer("km n")["groups"][0]["median"].isNull)
        let look = "look at the coding of the event column: 1 or true means that the event was seen"
        try bench.expectFailure("logrank n by=(time > 4)", "no patient has an event", help: look)
        try bench.expectFailure("cox n ~ time", "no patient has an event", help: look)
        try bench.expectFailure(
            "cindex n risk=time",
            "no pair of patients can be compared: a pair needs an event in one patient before the time of the other",
            help: "more events, or longer follow-up after them, are needed")
        try bench.expectFailure(
            "folds n k=2", "fold 1: none of the patients trained on had the event",
            help: "make fewer folds, stratified by the event, or take a cohort with more events")
        try bench.run("attach n clinical columns=[time]")
        try bench.expectFailure(
            "train (model tta dim=8) on=n",
            "there is no event among the training patients, so there is nothing to learn",
            help: "check which value means the event; in cross-validation, use fewer folds")
    }

    // MARK: Folds

    private func write(folds: [String], in folder: String) throws {
        for (index, rows) in folds.enumerated() {
            try bench.write("\(folder)/splits_\(index).csv", "train,val\n" + rows)
        }
    }

    @Test func unknownPatientsInFoldsAreLeftOutAndCounted() throws {
        try write(folds: ["P1,P2\nP3,P4\nP7,P8\n", "P2,P1\nP5,P3\n,P9\n"], in: "folds")
        try bench.run("folds b from=\"@/folds\"")
        #expect(
            bench.told == [
                "note: 3 patients left out: folds in @/folds name them, but they are not in the cohort (P7, P8, P9)",
                "note: splits_0.csv: none of the patients held out had the event, so it has no C-index",
                "note: 2 patients held out in no fold, so without a prediction (P5, P6)",
            ])
        let folds = try bench.answer("b")["folds"].items
        #expect(try folds.map { try $0["held_out"].number() } == [2, 2])
        #expect(try folds.map { try $0["training_events"].number() } == [2, 1])
    }

    /// A fold whose held-out patients had no event has no C-index; the others have one, and the mean is theirs.
    @Test func aFoldWithoutEvents() throws {
        try bench.write(
            "cv.csv", "patient,time,event,risk,fold\nA,3,1,2,1\nB,5,0,1,1\nC,4,1,3,1\nD,6,0,1,2\nE,7,0,2,2\n")
        try bench.run("cv = load \"@/cv.csv\"")
        let found = try bench.answer("cindex cv")
        // Of A-B, A-C and C-B, A has not the higher risk than C.
        #expect(try found["folds"][0].number() == 2.0 / 3)
        #expect(found["folds"][1].isNull && found["sd"].isNull)
        #expect(try found["mean"].number() == 2.0 / 3)
        #expect(bench.told == ["warning: fold 2 has no comparable pair and no C-index"])
        let text = try bench.shown("cindex cv")
        #expect(text.hasSuffix("\nfolds   0.667  –   mean 0.6667"), "\(text)")
        try bench.run("plot (cindex cv) file=\"@/folds\"")
    }

    /// A column that nothing is like: those that there are, each once.
    @Test func columnsAreListed() throws {
        try bench.expectFailure(
            "km b by=qqqq", "there is no column or variable `qqqq`",
            help: "the columns are id, time, event, age, sex", at: "qqqq")
    }

    @Test func unusableFolds() throws {
        try write(folds: ["P1,P2\nP3,P1\n"], in: "overlap")
        try bench.expectFailure(
            "folds b from=\"@/overlap\"", "@/overlap/splits_0.csv: 1 patient is both trained on and held out (P1)",
            help: "take them out of one of the two columns")
        try write(folds: ["P1,P2\nP3,P4\n", "P1,P2\nP3,P6\n"], in: "twice")
        try bench.expectFailure(
            "folds b from=\"@/twice\"", "@/twice: P2 is held out in splits_0.csv and again in splits_1.csv",
            help: "folds divide the patients; hold each out once")
        try write(folds: ["P2,P1\nP4,P3\n"], in: "calm")
        try bench.expectFailure(
            "folds b from=\"@/calm\"", "splits_0.csv: none of the patients trained on had the event",
            help: "make fewer folds, stratified by the event, or take a cohort with more events")
        try write(folds: ["X1,X2\n"], in: "strangers")
        try bench.expectFailure(
            "folds b from=\"@/strangers\"",
            "@/strangers: nobody in it is a patient of the cohort (it has X1, the cohort has P1)",
            help: "check that the folds and the cohort name patients in the same way")
        try bench.expectFailure(
            "folds b from=\"@/overlop\"", "@/overlop: there is no such folder", help: "did you mean @/overlap?")
        try bench.expectFailure("folds b k=7", "k=7: 6 patients can be divided into 2 to 6 folds", help: nil)
        try bench.expectFailure(
            "folds b from=\"@/twice\" k=2", "folds from files take no k=", help: "leave one of the two out", at: "2")
    }
}
