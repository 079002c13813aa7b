namespace EdgeStream.Sql;

/// <summary>The scalar functions by their names.</summary>
internal static class FunctionTable
{
    private const int Many = int.MaxValue;

    private static readonly Dictionary<string, Entry> Entries = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ABS"] = new(1, 1, NumberFunctions.Abs),
        ["CEIL"] = new(1, 1, NumberFunctions.Ceil),
        ["CEILING"] = new(1, 1, NumberFunctions.Ceil),
        ["EXP"] = new(1, 1, call => NumberFunctions.ToDouble(call, Numbers.Exp)),
        ["FLOOR"] = new(1, 1, NumberFunctions.Floor),
        ["LN"] = new(1, 1, call => NumberFunctions.ToDouble(call, Numbers.Ln)),
        ["LOG10"] = new(1, 1, call => NumberFunctions.ToDouble(call, Numbers.Log10)),
        ["MOD"] = new(2, 2, call =>
            ArithmeticRules.Numbers(BinaryOperator.Remainder, call.Number(0), call.Number(1))),
        ["POWER"] = new(2, 2, call =>
            new Function2Expression(Numbers.Power, SqlType.Double, call.Number(0), call.Number(1))),
        ["ROUND"] = new(1, 2, NumberFunctions.Round),
        ["SQRT"] = new(1, 1, call => NumberFunctions.ToDouble(call, Numbers.Sqrt)),
        ["STEP"] = new(2, 2, NumberFunctions.Step),

        ["CHAR_LENGTH"] = new(1, 1, TextFunctions.Length),
        ["CHARACTER_LENGTH"] = new(1, 1, TextFunctions.Length),
        ["INITCAP"] = new(1, 1, call => TextFunctions.OfText(call, Texts.InitCap)),
        ["LOWER"] = new(1, 1, call => TextFunctions.OfText(call, Texts.Lower)),
        ["UPPER"] = new(1, 1, call => TextFunctions.OfText(call, Texts.Upper)),
        ["OVERLAY"] = new(3, 4, TextFunctions.Overlay),
        ["POSITION"] = new(2, 3, TextFunctions.Position),
        ["SUBSTRING"] = new(2, 3, TextFunctions.Substring),
        ["TRIM"] = new(1, 2, TextFunctions.Trim),
        ["REGEX_REPLACE"] = new(3, 5, PatternFunctions.Replace),

        ["COALESCE"] = new(1, Many, ChoiceFunctions.Coalesce),
        ["NULLIF"] = new(2, 2, ChoiceFunctions.NullIf),
        ["GREATEST"] = new(1, Many, call => ChoiceFunctions.Extreme(call, isGreatest: true)),
        ["LEAST"] = new(1, Many, call => ChoiceFunctions.Extreme(call, isGreatest: false)),

        ["MONOTONIC"] = new(1, 1, call => call.Any(0)),

        ["EXTRACT"] = new(1, 1, TimeFunctions.Extract),
        ["CHAR_TO_TIMESTAMP"] = new(2, 2, call => TimeFunctions.Read(call, SqlTypeName.Timestamp)),
        ["CHAR_TO_DATE"] = new(2, 2, call => TimeFunctions.Read(call, SqlTypeName.Date)),
        ["CHAR_TO_TIME"] = new(2, 2, call => TimeFunctions.Read(call, SqlTypeName.Time)),
        ["TIMESTAMP_TO_CHAR"] = new(2, 2, TimeFunctions.Write),
        ["DATE_TO_CHAR"] = new(2, 2, TimeFunctions.Write),
        ["TIME_TO_CHAR"] = new(2, 2, TimeFunctions.Write),
        ["TO_TIMESTAMP"] = new(1, 1, call =>
            new Function1Expression(Times.ToTimestamp, SqlType.Timestamp, call.Number(0))),
        ["UNIX_TIMESTAMP"] = new(1, 1, call =>
            new Function1Expression(Times.UnixTimestamp, SqlType.Integer, call.Timestamp(0))),
        ["TSDIFF"] = new(2, 2, TimeFunctions.Difference),

        ["JSON_VALUE"] = new(2, 2, JsonFunctions.Value),
        ["JSON_QUERY"] = new(2, 2, JsonFunctions.Query),
        ["JSON_EXISTS"] = new(2, 2, JsonFunctions.Exists),

        ["REGEX_LOG_PARSE"] = new(2, 3, LogFunctions.Regex),
        ["FAST_REGEX_LOG_PARSE"] = new(2, 2, LogFunctions.FastRegex),
        ["FAST_REGEX_LOG_PARSER"] = new(2, 2, LogFunctions.FastRegex),
        ["SYS_LOG_PARSE"] = new(1, 1, LogFunctions.SysLog),
        ["W3C_LOG_PARSE"] = new(2, 2, LogFunctions.W3C),
        ["VARIABLE_COLUMN_LOG_PARSE"] = new(3, 5, LogFunctions.VariableColumns),
        ["FIXED_COLUMN_LOG_PARSE"] = new(2, 2, LogFunctions.FixedColumns),
    };

    /// <summary>The names, in upper case.</summary>
    public static IEnumerable<string> Names => Entries.Keys;

    /// <summary>Binds a call, or says what the name could have meant.</summary>
    public static Expression Bind(Binder binder, CallSyntax syntax)
    {
        var token = syntax.Token;
        if (!Entries.TryGetValue(token.Value, out var entry))
        {
            throw Unknown(binder, token);
        }

        var name = token.Value.ToUpperInvariant();
        if (syntax.Arguments.Count < entry.CountMin || syntax.Arguments.Count > entry.CountMax || syntax.IsStar)
        {
            var allowed = entry.CountMax == entry.CountMin ? $"{entry.CountMin}"
                : entry.CountMax == Many ? $"{entry.CountMin} or more"
                : $"{entry.CountMin} to {entry.CountMax}";
            throw binder.Error(token, $"{token.Value} has the wrong number of arguments",
                $"It takes {allowed}, not {syntax.Arguments.Count}.");
        }

        return entry.Build(new FunctionCall(binder, syntax, name));
    }

    private static SqlException Unknown(Binder binder, Token token)
    {
        if (AggregateTypes.TryFind(token.Value, out _))
        {
            return binder.Error(token, $"{token.Value.ToUpperInvariant()} is an aggregate and has no meaning here",
                "An expression over one record has no group to count or add up.",
                "Aggregates belong into a query with GROUP BY or OVER.");
        }

        var near = Spelling.Nearest(token.Value, Entries.Keys);
        return binder.Error(token, $"There is no function {token.Value}", null,
            near is null
                ? $"The functions are {string.Join(", ", Entries.Keys.Order(StringComparer.Ordinal))}."
                : $"Did you mean {near}?");
    }

    private sealed record Entry(int CountMin, int CountMax, Func<FunctionCall, Expression> Build);
}
