using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace EdgeStream.Repository.Tests.Rules;

/// <summary>
/// No method, constructor, operator, accessor, expression-bodied property, local function, lambda or run of top-level
/// statements is longer than <see cref="LineCountMax"/> lines, counted from its signature to its last token.
/// Doc comments and attributes do not count; what is nested inside does.
/// </summary>
internal static class MethodLengthRule
{
    public const int LineCountMax = 70;

    public static IEnumerable<string> Violations(IEnumerable<SourceFile> files)
    {
        foreach (SourceFile file in files.Where(file => file.IsCSharp))
        {
            foreach (SyntaxNode node in file.Syntax.DescendantNodes().Where(IsCode))
            {
                int start = node.ChildNodesAndTokens()
                    .First(child => !child.IsKind(SyntaxKind.AttributeList)).SpanStart;
                if (Describe(file, node, TextSpan.FromBounds(start, node.Span.End)) is { } violation)
                {
                    yield return violation;
                }
            }

            GlobalStatementSyntax[] statements = [.. file.Syntax.Members.OfType<GlobalStatementSyntax>()];
            if (statements.Length > 0
                && Describe(file, statements[0], TextSpan.FromBounds(statements[0].SpanStart, statements[^1].Span.End))
                    is { } topLevel)
            {
                yield return topLevel;
            }
        }
    }

    private static bool IsCode(SyntaxNode node) => node
        is BaseMethodDeclarationSyntax
        or AccessorDeclarationSyntax
        or LocalFunctionStatementSyntax
        or AnonymousFunctionExpressionSyntax
        or PropertyDeclarationSyntax { ExpressionBody: not null }
        or IndexerDeclarationSyntax { ExpressionBody: not null };

    private static string? Describe(SourceFile file, SyntaxNode node, TextSpan span)
    {
        FileLinePositionSpan lines = node.SyntaxTree.GetLineSpan(span);
        int first = lines.StartLinePosition.Line;
        int count = lines.EndLinePosition.Line - first + 1;
        return count <= LineCountMax
            ? null
            : $"{file.Path}:{first + 1}: {NameOf(node)} has {count} lines; at most {LineCountMax}.";
    }

    private static string NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        LocalFunctionStatementSyntax local => local.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text + " constructor",
        PropertyDeclarationSyntax property => property.Identifier.Text,
        AccessorDeclarationSyntax accessor => accessor.Keyword.Text + " accessor",
        AnonymousFunctionExpressionSyntax => "a lambda",
        _ => node.Kind().ToString(),
    };
}
