namespace EdgeStream.Sql;

/// <summary>Reads <c>* [EXCEPT (name, …)], expression [AS name], …</c>.</summary>
internal sealed class SelectListParser(Parser parser)
{
    /// <summary>Reads a text that is one select list.</summary>
    public static List<SelectItemSyntax> Parse(string text)
    {
        var parser = Parser.Begin(text);
        var list = new SelectListParser(parser);
        var items = new List<SelectItemSyntax> { list.Item() };
        while (parser.TakeIf(TokenKind.Comma))
        {
            items.Add(list.Item());
        }

        return parser.Current.Kind == TokenKind.End
            ? items
            : throw parser.Unexpected("an operator, AS, a comma or the end of the list");
    }

    private SelectItemSyntax Item()
    {
        var token = parser.Current;
        if (token.Kind != TokenKind.Star)
        {
            var expression = parser.ParseExpression();
            var name = parser.TakeIf("AS") ? parser.MemberName("after AS") : default(Token?);
            return new SelectItemSyntax(token, expression, name, []);
        }

        parser.Take();
        var except = new List<Token>();
        if (parser.TakeIf("EXCEPT"))
        {
            parser.Expect(TokenKind.Open, "( after EXCEPT");
            except.Add(parser.MemberName("after EXCEPT ("));
            while (parser.TakeIf(TokenKind.Comma))
            {
                except.Add(parser.MemberName("after the comma"));
            }

            parser.Expect(TokenKind.Close, ", or )");
        }

        return new SelectItemSyntax(token, null, null, except);
    }
}
