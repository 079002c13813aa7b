using System.Globalization;

namespace EdgeStream.Sql;

/// <summary>Reads types and the units of time.</summary>
internal sealed class TypeParser(Parser parser)
{
    private const string Types = "BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, DECIMAL, REAL, DOUBLE, CHAR, VARCHAR, "
        + "BINARY, VARBINARY, DATE, TIME, TIMESTAMP and INTERVAL";

    private const int IntervalDigitsMax = 18;

    public static bool IsUnit(Token token) => UnitOf(token) != TimeUnit.None;

    /// <summary>Reads a type.</summary>
    public SqlDataType Type()
    {
        var token = parser.Current;
        if (token.Kind != TokenKind.Identifier)
        {
            throw parser.Unexpected("a type");
        }

        parser.Take();
        switch (token.Value.ToUpperInvariant())
        {
            case "BOOLEAN":
                return new(SqlTypeName.Boolean);
            case "TINYINT":
                return new(SqlTypeName.TinyInt);
            case "SMALLINT":
                return new(SqlTypeName.SmallInt);
            case "INTEGER" or "INT":
                return new(SqlTypeName.Integer);
            case "BIGINT":
                return new(SqlTypeName.BigInt);
            case "DECIMAL" or "DEC" or "NUMERIC":
                return Decimal();
            case "REAL":
                return new(SqlTypeName.Real);
            case "DOUBLE":
                parser.TakeIf("PRECISION");
                return new(SqlTypeName.Double);
            case "FLOAT":
                Length(1, SqlDataType.LengthMax, 0);
                return new(SqlTypeName.Double);
            case "CHAR" or "CHARACTER":
                var isVarying = parser.TakeIf("VARYING");
                return new(isVarying ? SqlTypeName.VarChar : SqlTypeName.Char,
                    Length(1, SqlDataType.LengthMax, isVarying ? 0 : 1));
            case "VARCHAR":
                return new(SqlTypeName.VarChar, Length(1, SqlDataType.LengthMax, 0));
            case "BINARY":
                var varies = parser.TakeIf("VARYING");
                return new(varies ? SqlTypeName.VarBinary : SqlTypeName.Binary,
                    Length(1, SqlDataType.LengthMax, varies ? 0 : 1));
            case "VARBINARY":
                return new(SqlTypeName.VarBinary, Length(1, SqlDataType.LengthMax, 0));
            case "DATE":
                return new(SqlTypeName.Date);
            case "TIME":
                Length(0, 9, 0);
                return new(SqlTypeName.Time);
            case "TIMESTAMP":
                Length(0, 9, 0);
                return new(SqlTypeName.Timestamp);
            case "INTERVAL":
                return Qualifier();
            default:
                throw parser.Error(token, $"There is no type {token.Value}", null, $"The types are {Types}.");
        }
    }

    /// <summary>Reads a unit.</summary>
    public TimeUnit Unit()
    {
        var unit = UnitOf(parser.Current);
        if (unit == TimeUnit.None)
        {
            throw parser.Unexpected("YEAR, MONTH, DAY, HOUR, MINUTE or SECOND");
        }

        parser.Take();
        return unit;
    }

    /// <summary>Reads what stands behind INTERVAL: <c>DAY(3) TO SECOND(6)</c>. The digits are read and not
    /// enforced.</summary>
    public SqlDataType Qualifier()
    {
        var token = parser.Current;
        var from = Unit();
        Digits();
        var to = from;
        if (parser.TakeIf("TO"))
        {
            to = Unit();
            if (to == TimeUnit.Second)
            {
                Digits();
            }
        }

        var isMonths = from <= TimeUnit.Month;
        return to < from || isMonths != to <= TimeUnit.Month
            ? throw parser.Error(token, "An interval has no such units", $"It goes from {Spell(from)} to {Spell(to)}.",
                "Years go to months, and days, hours and minutes to seconds at the shortest.")
            : new SqlDataType(isMonths ? SqlTypeName.IntervalMonths : SqlTypeName.Interval, From: from, To: to);
    }

    private static TimeUnit UnitOf(Token token) =>
        token.Is("SECOND") ? TimeUnit.Second
        : token.Is("MINUTE") ? TimeUnit.Minute
        : token.Is("HOUR") ? TimeUnit.Hour
        : token.Is("DAY") ? TimeUnit.Day
        : token.Is("MONTH") ? TimeUnit.Month
        : token.Is("YEAR") ? TimeUnit.Year
        : TimeUnit.None;

    private static string Spell(TimeUnit unit) => unit.ToString().ToUpperInvariant();

    private void Digits()
    {
        if (!parser.TakeIf(TokenKind.Open))
        {
            return;
        }

        Number(0, IntervalDigitsMax);
        if (parser.TakeIf(TokenKind.Comma))
        {
            Number(0, IntervalDigitsMax);
        }

        parser.Expect(TokenKind.Close, ")");
    }

    private SqlDataType Decimal()
    {
        if (!parser.TakeIf(TokenKind.Open))
        {
            return new SqlDataType(SqlTypeName.Decimal, SqlDataType.DecimalDigitsMax);
        }

        var precision = Number(1, SqlDataType.DecimalDigitsMax + 1);
        var scale = parser.TakeIf(TokenKind.Comma) ? Number(0, Math.Min(precision, SqlDataType.DecimalDigitsMax)) : 0;
        parser.Expect(TokenKind.Close, ", or )");
        return new SqlDataType(SqlTypeName.Decimal, Math.Min(precision, SqlDataType.DecimalDigitsMax), scale);
    }

    private int Length(int min, int max, int missing)
    {
        if (!parser.TakeIf(TokenKind.Open))
        {
            return missing;
        }

        var length = Number(min, max);
        parser.Expect(TokenKind.Close, ")");
        return length;
    }

    private int Number(int min, int max)
    {
        var token = parser.Expect(TokenKind.Number, "a number");
        return int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max
            ? number
            : throw parser.Error(token, "A type has no such length", $"It goes from {min} to {max}.");
    }
}
