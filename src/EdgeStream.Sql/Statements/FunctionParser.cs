namespace EdgeStream.Sql;

/// <summary>Reads <c>CREATE FUNCTION</c>, whose body is an expression in SQL.</summary>
internal sealed class FunctionParser(Parser parser, QueryParser queries)
{
    private const int ParametersMax = 64;

    /// <summary>Reads what stands behind FUNCTION.</summary>
    public FunctionDefinition Definition(bool isReplacing)
    {
        var name = queries.Name("a function's name");
        if (FunctionTable.Names.Concat(AggregateTypes.Names).Contains(name.Value, StringComparer.OrdinalIgnoreCase)
            || (!isReplacing && parser.FindFunction(name) is not null))
        {
            throw parser.Error(name, $"There is a function {name.Value} already", null, "Call it something else.");
        }

        var parameters = Parameters();
        parser.Expect("RETURNS");
        var type = parser.ParseType();
        var isNullOnNull = Characteristics();
        var (place, expanded) = (parser.Place, parser.Expanded);
        var body = parser.ParseExpression();
        var size = parser.Place - place + parser.Expanded - expanded;
        return new FunctionDefinition(name, parameters, type, isNullOnNull, body, size);
    }

    private List<ColumnSyntax> Parameters()
    {
        parser.Expect(TokenKind.Open, "( and the parameters");
        var parameters = new List<ColumnSyntax>();
        while (parser.Current.Kind != TokenKind.Close)
        {
            if (parameters.Count > 0)
            {
                parser.Expect(TokenKind.Comma, ", or )");
            }

            var name = queries.Name("a parameter's name");
            parameters.Add(parameters.Count == ParametersMax || parameters.Exists(one => one.Name.Value == name.Value)
                ? throw parser.Error(name, "A function takes up to 64 parameters, each of a name of its own")
                : new ColumnSyntax(name, parser.ParseType(), false, null));
        }

        parser.Take();
        return parameters;
    }

    /// <summary>Takes what stands before RETURN; whether NULL makes NULL. All functions are deterministic and read
    /// nothing.</summary>
    private bool Characteristics()
    {
        var isNullOnNull = false;
        while (!parser.TakeIf("RETURN"))
        {
            if (parser.TakeIf("LANGUAGE"))
            {
                parser.Expect("SQL");
            }
            else if (parser.TakeIf("SPECIFIC"))
            {
                queries.Name("a name after SPECIFIC");
            }
            else if (parser.TakeIf("CONTAINS"))
            {
                parser.Expect("SQL");
            }
            else if (parser.TakeIf("RETURNS"))
            {
                parser.Expect("NULL");
                OnNullInput();
                isNullOnNull = true;
            }
            else if (parser.TakeIf("CALLED"))
            {
                OnNullInput();
                isNullOnNull = false;
            }
            else
            {
                parser.TakeIf("NOT");
                parser.Expect("DETERMINISTIC");
            }
        }

        return isNullOnNull;
    }

    private void OnNullInput()
    {
        parser.Expect("ON");
        parser.Expect("NULL");
        parser.Expect("INPUT");
    }
}
