import ArgumentParser
import CommandLanguage

extension WriteReference {
    /// What is known of the commands, in the format asked for.
    func text(of commands: CommandRegistry) -> String {
        switch format {
        case .markdown: ReferencePage(commands: commands).markdown
        case .man: ManualPage(commands: commands).text
        case .textmate: TextMateGrammar(commands: commands).json
        case .vscode: EditorExtension(version: programVersion).json
        case .vscodeConfiguration: EditorExtension.configuration
        case .vim: VimSyntax(commands: commands).text
        case .bash: TtaProgram.completionScript(for: .bash) + "\n"
        case .zsh: TtaProgram.completionScript(for: .zsh) + "\n"
        case .fish: TtaProgram.completionScript(for: .fish) + "\n"
        }
    }
}
