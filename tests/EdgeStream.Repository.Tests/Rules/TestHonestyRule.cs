using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EdgeStream.Repository.Tests.Rules;

/// <summary>
/// Tests neither sleep for a fixed time nor are skipped. Waiting is polling a condition, or a signal with a deadline,
/// so a literal duration is allowed only as a competitor in Task.WhenAny.
/// </summary>
internal static class TestHonestyRule
{
    public static IEnumerable<string> Violations(IEnumerable<SourceFile> files)
    {
        foreach (SourceFile file in files.Where(file => file.IsCSharp && file.IsUnder("tests")))
        {
            foreach (SyntaxNode node in file.Syntax.DescendantNodes())
            {
                string? complaint = node switch
                {
                    InvocationExpressionSyntax call when IsSleep(call)
                        => "Thread.Sleep; wait on a signal.",
                    InvocationExpressionSyntax call when IsFixedDelay(call)
                        => "Task.Delay of a fixed time; wait on a signal.",
                    AttributeArgumentSyntax { NameEquals.Name.Identifier.Text: "Skip" }
                        => "a skipped test; make it run or delete it.",
                    _ => null,
                };
                if (complaint is not null)
                {
                    int line = node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
                    yield return $"{file.Path}:{line}: {complaint}";
                }
            }
        }
    }

    private static bool IsSleep(InvocationExpressionSyntax call) => IsCallOf(call, "Thread", "Sleep");

    private static bool IsFixedDelay(InvocationExpressionSyntax call) =>
        IsCallOf(call, "Task", "Delay")
        && call.ArgumentList.Arguments is [var duration, ..]
        && IsLiteralDuration(duration.Expression)
        && !IsWhenAnyArgument(call);

    private static bool IsLiteralDuration(ExpressionSyntax expression) => expression
        is LiteralExpressionSyntax
        or InvocationExpressionSyntax
        {
            Expression: MemberAccessExpressionSyntax
            {
                Expression: IdentifierNameSyntax { Identifier.Text: "TimeSpan" },
            },
            ArgumentList.Arguments: [{ Expression: LiteralExpressionSyntax }, ..],
        };

    private static bool IsWhenAnyArgument(InvocationExpressionSyntax call) =>
        call.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax outer }
        && IsCallOf(outer, "Task", "WhenAny");

    private static bool IsCallOf(InvocationExpressionSyntax call, string type, string method) =>
        call.Expression is MemberAccessExpressionSyntax access
        && access.Name.Identifier.Text == method
        && access.Expression.ToString().Split('.')[^1] == type;
}
