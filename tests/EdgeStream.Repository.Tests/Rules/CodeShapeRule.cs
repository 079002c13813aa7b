using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EdgeStream.Repository.Tests.Rules;

/// <summary>How every C# file looks: one public type, a file-scoped namespace, 120 columns, telling names.</summary>
internal static class CodeShapeRule
{
    public const int ColumnCountMax = 120;

    private static readonly string[] VagueEndings =
        ["Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Manager", "Managers"];

    public static IEnumerable<string> Violations(IEnumerable<SourceFile> files) =>
        files.Where(file => file.IsCSharp).SelectMany(Violations);

    private static IEnumerable<string> Violations(SourceFile file) =>
    [
        .. PublicTypes(file), .. Namespaces(file), .. Directives(file), .. VagueNames(file), .. LongLines(file),
    ];

    private static IEnumerable<string> PublicTypes(SourceFile file)
    {
        string[] names =
        [
            .. file.Syntax.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
                .OfType<MemberDeclarationSyntax>()
                .Where(member => member.Modifiers.Any(SyntaxKind.PublicKeyword))
                .Select(NameOf).OfType<string>().Distinct(),
        ];
        return names.Length > 1
            ? [$"{file.Path}: {names.Length} public types ({string.Join(", ", names)}); one a file."]
            : [];
    }

    private static IEnumerable<string> Namespaces(SourceFile file)
    {
        if (file.Syntax.Members.OfType<NamespaceDeclarationSyntax>().Any())
        {
            yield return $"{file.Path}: block-scoped namespace; write it file-scoped.";
        }

        bool isProgram = file.Syntax.Members.OfType<GlobalStatementSyntax>().Any();
        foreach (MemberDeclarationSyntax type in file.Syntax.Members.Where(member => NameOf(member) is not null))
        {
            if (!isProgram)
            {
                yield return $"{file.Path}: {NameOf(type)} is in no namespace.";
            }
        }
    }

    private static IEnumerable<string> Directives(SourceFile file)
    {
        foreach (SyntaxTrivia trivia in file.Syntax.DescendantTrivia(descendIntoTrivia: true))
        {
            if (trivia.IsKind(SyntaxKind.RegionDirectiveTrivia))
            {
                yield return $"{At(file, trivia)}: a region; split the type instead.";
            }

            if (trivia.GetStructure() is PragmaWarningDirectiveTriviaSyntax pragma
                && pragma.DisableOrRestoreKeyword.IsKind(SyntaxKind.DisableKeyword))
            {
                yield return $"{At(file, trivia)}: a warning switched off; fix its cause.";
            }
        }
    }

    private static IEnumerable<string> VagueNames(SourceFile file) =>
        VagueEndings.Any(ending => file.Stem.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            ? [$"{file.Path}: a vague name; name it by the noun it holds."]
            : [];

    private static IEnumerable<string> LongLines(SourceFile file) =>
        file.Lines()
            .Select((line, index) => (Length: line.Length, Number: index + 1))
            .Where(line => line.Length > ColumnCountMax)
            .Select(line => $"{file.Path}:{line.Number}: {line.Length} columns; at most {ColumnCountMax}.");

    private static string? NameOf(MemberDeclarationSyntax member) => member switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier.Text,
        DelegateDeclarationSyntax type => type.Identifier.Text,
        _ => null,
    };

    private static string At(SourceFile file, SyntaxTrivia trivia) =>
        $"{file.Path}:{trivia.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";
}
