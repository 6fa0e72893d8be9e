import CommandLanguage
import Projection
import Results

struct ProbeCommand: Command {
    let declaration = CommandDeclaration(
        "probe", "How much of a column embeddings hold: R² of a linear rule, by modality and role", topic: .insight,
        discussion: """
            A ridge regression of the column on each embedding. Patients are divided at random into folds; each is \
            predicted by a rule fitted on the others, whose penalty was chosen by five folds among those. R² is that of \
            the predictions out of fold, 1 when the embedding tells the column exactly, 0 when it is as good as the mean, \
            below 0 when worse. Embeddings of crossvalidate are probed within each of its folds. Patients whose value is \
            missing are left out and counted.
            """,
        parameters: [
            .argument("embeddings", .object([EmbeddingsObject.typeName]), "what to read from"),
            .argument(
                "columns", .columnPatterns, "columns of numbers: a name, or a list or a pattern such as \"shared*\""),
            .option("k", .integer(2...100), default: "5", "folds of the probe"),
            .option("seed", .integer(0...Int.max), "the session's when left out"),
        ],
        result: ProbeObject.typeName,
        examples: [
            """
            trained = train (model tta dim=16) on=(simulate patients=60 patches=20) epochs=2
            probe (embeddings (predict trained on=(simulate patients=60 patches=20))) ["shared*", histology1]
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let embeddings = try arguments.object("embeddings", as: EmbeddingsObject.self).embeddings
        let table = embeddings.covariates
        let names = try arguments.columns("columns", among: table.names) ?? []
        let columns = try names.map { name -> (name: String, values: [Double]) in
            guard case .numbers(let values)? = table[name] else {
                throw arguments.error(
                    at: "columns", "the column \(name) holds labels, and a probe predicts numbers",
                    help: "give the cohort a column of numbers")
            }
            let missing = values.count { $0.isNaN }
            if missing > 0 { context.note("\(counted(missing, "patient")) left out: \(name) is missing") }
            return (name, values)
        }
        let seed = UInt64(arguments.optionalInteger("seed") ?? context.settings.seed)
        let probe = try EmbeddingProbe(embeddings, columns: columns, folds: arguments.integer("k"), seed: seed) {
            try context.progress("probe", fraction: $0)
        }
        guard probe.entries.contains(where: { $0.rSquared != nil }) else {
            throw arguments.error(
                "no fold has the \(max(EmbeddingProbe.fewestPatients, arguments.integer("k"))) patients that a probe needs, "
                    + "or the column does not vary", help: "use more patients or fewer folds")
        }
        var told: Set<String> = []
        for modality in embeddings.parts.map(\.modality) where told.insert(modality).inserted {
            let left = probe.entries.filter { $0.modality == modality }.map(\.inSmallFolds).max() ?? 0
            guard left > 0 else { continue }
            let least = max(EmbeddingProbe.fewestPatients, arguments.integer("k"))
            context.note(
                "\(counted(left, "patient")) of \(modality) left out: fewer than \(least) in their fold have a value")
        }
        return .object(ProbeObject(probe: probe))
    }
}

struct ProbeObject: Tabular {
    static let typeName = "probe"
    let probe: EmbeddingProbe

    /// Modality and role in their order, with their entries.
    private var parts: [(modality: String, role: Embeddings.Role, entries: [EmbeddingProbe.Entry])] {
        var parts: [(modality: String, role: Embeddings.Role, entries: [EmbeddingProbe.Entry])] = []
        for entry in probe.entries {
            if let index = parts.firstIndex(where: { $0.modality == entry.modality && $0.role == entry.role }) {
                parts[index].entries.append(entry)
            } else {
                parts.append((entry.modality, entry.role, [entry]))
            }
        }
        return parts
    }

    func text(width: Int) -> String {
        var table = TextTable([
            .text("embedding"), .text("role"), .text("column"), .number("patients"), .number("R²"),
        ])
        for entry in probe.entries {
            table.add([
                entry.modality, entry.role.rawValue, entry.column, String(entry.patients),
                entry.rSquared.map { formatFixed($0, decimals: 3) } ?? "–",
            ])
        }
        return table.text(width: width)
    }

    /// For each modality and role the mean R² over the columns, then each column's.
    var json: JSON {
        .object(
            Embeddings.Role.allCases.map { role in
                (
                    role.rawValue,
                    .object(
                        parts.filter { $0.role == role }.map { part in
                            let known = part.entries.compactMap(\.rSquared)
                            return (
                                part.modality,
                                known.isEmpty ? .null : .number(known.reduce(0, +) / Double(known.count))
                            )
                        })
                )
            } + [
                (
                    "columns",
                    .array(
                        probe.entries.map { entry in
                            .object([
                                ("modality", .string(entry.modality)), ("role", .string(entry.role.rawValue)),
                                ("column", .string(entry.column)), ("patients", .number(Double(entry.patients))),
                                ("r_squared", entry.rSquared.map(JSON.number) ?? .null),
                            ])
                        })
                )
            ])
    }

    var asTable: Table {
        let entries = probe.entries
        var export = Table(rowCount: entries.count)
        export["modality"] = .labels(entries.map(\.modality))
        export["role"] = .labels(entries.map(\.role.rawValue))
        export["column"] = .labels(entries.map(\.column))
        export["patients"] = .numbers(entries.map { Double($0.patients) })
        export["r_squared"] = .numbers(entries.map { $0.rSquared ?? .nan })
        return export
    }
}
