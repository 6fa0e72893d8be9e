import CommandLanguage
import Foundation

struct SaveCommand: Command {
    let declaration = CommandDeclaration(
        "save", "Writes a value to a .csv or .json file", topic: .files,
        discussion: """
            .csv holds the value as a table; .json holds all of it, at full precision, and is what `load` reads \
            predictions, embeddings and tables back from. Of a trained model, and of a cohort, .json is what \
            `--output json` shows of it: neither can be loaded again, so keep the script that makes it. The file appears \
            whole or not at all.
            """,
        parameters: [
            .argument("value", .any, "what to save"),
            .argument("file", .path, "a path that ends in .csv or .json"),
        ],
        examples: ["save (simulate patients=20 patches=5) \"Plots/simulated.csv\""])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let path = arguments.string("file")
        let text: String
        switch URL(fileURLWithPath: path).pathExtension.lowercased() {
        case "json":
            text = json(of: arguments.value("value")).line + "\n"
            if case .object(let object) = arguments.value("value"),
                let infinite = infiniteCount(of: object), infinite > 0
            {
                context.note(
                    "\(counted(infinite, "infinite value")) missing in \(path), since JSON has none; a .csv has")
            }
        case "csv":
            guard case .object(let object) = arguments.value("value"), let table = object as? any Tabular else {
                throw arguments.error(
                    at: "value", "a \(arguments.value("value").typeName) is not a table", help: "save it as .json")
            }
            text = table.asTable.csv
        default:
            throw arguments.error(
                at: "file", "the path has to end in .csv or .json",
                help: "such as \"\((path as NSString).deletingPathExtension).csv\"")
        }
        try write(text, to: path)
        context.note("wrote \(path)")
        return nil
    }

    private func infiniteCount(of object: any ObjectValue) -> Int? {
        guard let predicted = object as? PredictionsObject else { return (object as? TableObject)?.infiniteCount }
        let covariates = predicted.predictions.covariates
        return covariates.names.reduce(0) { count, name in
            guard case .numbers(let values)? = covariates[name] else { return count }
            return count + values.count { $0.isInfinite }
        }
    }

    /// The value's JSON with its type, by which `load` knows it.
    private func json(of value: Value) -> JSON {
        guard case .object(let object) = value, case .object(let members) = object.json else { return value.json }
        return .object([("type", .string(type(of: object).typeName))] + members)
    }
}
