using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EdgeStream.Repository.Tests.Rules;

/// <summary>Log event ids are number literals, used once in the whole source, within their room's thousand.</summary>
internal static class EventIdRule
{
    private static readonly Dictionary<string, int> FirstIds = new(StringComparer.Ordinal)
    {
        ["Mqtt"] = 1000,
        ["Devices"] = 2000,
        ["Analytics"] = 3000,
        ["Delivery"] = 4000,
        ["Gateway"] = 5000,
        ["Kinesis"] = 6000,
    };

    public static IEnumerable<string> Violations(IEnumerable<SourceFile> files)
    {
        Dictionary<int, string> owners = [];
        foreach (SourceFile file in files.Where(file => file.IsCSharp && file.IsUnder("src")))
        {
            foreach ((SyntaxNode node, ExpressionSyntax? id) in EventIds(file))
            {
                string at = $"{file.Path}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";
                if (id is not LiteralExpressionSyntax { Token.Value: int number })
                {
                    yield return $"{at}: the log message has no event id written as a number.";
                    continue;
                }

                if (!owners.TryAdd(number, at))
                {
                    yield return $"{at}: event id {number} is already used at {owners[number]}.";
                }

                if (!IsInRange(file.Path, number))
                {
                    yield return $"{at}: event id {number} is outside its room's range.";
                }
            }
        }
    }

    private static bool IsInRange(string path, int id)
    {
        string room = path.Split('/')[1].Replace("EdgeStream.", "", StringComparison.Ordinal);
        return FirstIds.TryGetValue(room, out int first) && id >= first && id < first + 1000;
    }

    private static IEnumerable<(SyntaxNode Node, ExpressionSyntax? Id)> EventIds(SourceFile file)
    {
        foreach (SyntaxNode node in file.Syntax.DescendantNodes())
        {
            if (node is AttributeSyntax attribute && attribute.Name.ToString().Split('.')[^1] is "LoggerMessage")
            {
                yield return (node, IdOf(attribute));
            }
            else if (node is ObjectCreationExpressionSyntax { ArgumentList.Arguments: [var first, ..] } creation
                && creation.Type.ToString() == "EventId")
            {
                yield return (node, first.Expression);
            }
        }
    }

    /// <summary>LoggerMessage takes its id as a property, by name, or first of its positional arguments.</summary>
    private static ExpressionSyntax? IdOf(AttributeSyntax attribute)
    {
        AttributeArgumentSyntax[] arguments = [.. attribute.ArgumentList?.Arguments ?? []];
        AttributeArgumentSyntax? named = arguments.FirstOrDefault(argument =>
            argument.NameEquals?.Name.Identifier.Text == "EventId"
            || argument.NameColon?.Name.Identifier.Text == "eventId");
        AttributeArgumentSyntax? positional = arguments.FirstOrDefault();
        return (named ?? positional)?.Expression;
    }
}
