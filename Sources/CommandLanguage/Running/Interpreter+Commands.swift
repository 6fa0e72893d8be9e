import Foundation

extension Interpreter {
    /// Runs a command. As a statement, one that updates its first argument binds the result to that variable.
    func run(_ call: CommandCall, asStatement: Bool) throws -> Value? {
        guard let command = context.commands[call.word.name] else {
            throw Diagnostic(.unknownCommand(call.word.name, nearest: []), at: call.word.range)
        }
        // Inside the arguments a formula's columns are those of this command's own first argument.
        let outerTable = table
        table = nil
        defer {
            table = outerTable
            context.console.showProgress(nil)
        }
        let arguments = try arguments(of: call, for: command.declaration)
        let result: Value?
        do {
            result = try command.run(arguments, in: context)
        } catch {
            if error is Diagnostic || error is DiagnosticList || error is Interruption { throw error }
            let domain = error as? any LocalizedError
            throw Diagnostic(
                .domain(domain?.errorDescription ?? "\(error)", help: domain?.recoverySuggestion), at: call.range)
        }
        guard asStatement, command.declaration.updatesFirstArgument, let result,
            case .name(let variable)? = call.positional.first?.kind, context.scopes[variable.name] != nil
        else { return result }
        context.scopes.assign(result, to: variable.name)
        return nil
    }
}
