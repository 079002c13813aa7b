using System.Globalization;

namespace EdgeStream.Sql;

/// <summary>A declared type: <c>VARCHAR(16)</c>, <c>DECIMAL(10,2)</c>, <c>INTERVAL HOUR TO SECOND</c>.</summary>
/// <param name="Name">Which type.</param>
/// <param name="Precision">The length of text in characters, of binaries in bytes, or a decimal's digits; 0 where none
/// is declared or the type has none.</param>
/// <param name="Scale">A decimal's digits behind the point; 0 for every other type.</param>
/// <param name="From">An interval's longest unit.</param>
/// <param name="To">An interval's shortest unit, the same as <paramref name="From"/> where it has one.</param>
public readonly record struct SqlDataType(
    SqlTypeName Name, int Precision = 0, int Scale = 0, TimeUnit From = TimeUnit.None, TimeUnit To = TimeUnit.None)
{
    /// <summary>How many digits a decimal can have.</summary>
    public const int DecimalDigitsMax = 18;

    /// <summary>How many characters or bytes CHAR, VARCHAR, BINARY and VARBINARY can be declared with.</summary>
    public const int LengthMax = 65_535;

    /// <summary>What its values are when they are computed with.</summary>
    public SqlType Kind => Name switch
    {
        SqlTypeName.Boolean => SqlType.Boolean,
        SqlTypeName.TinyInt or SqlTypeName.SmallInt or SqlTypeName.Integer or SqlTypeName.BigInt => SqlType.Integer,
        SqlTypeName.Decimal => SqlType.Decimal,
        SqlTypeName.Real or SqlTypeName.Double => SqlType.Double,
        SqlTypeName.Char or SqlTypeName.VarChar => SqlType.Text,
        SqlTypeName.Binary or SqlTypeName.VarBinary => SqlType.Binary,
        SqlTypeName.Date => SqlType.Date,
        SqlTypeName.Time => SqlType.Time,
        SqlTypeName.Timestamp => SqlType.Timestamp,
        SqlTypeName.IntervalMonths => SqlType.Months,
        SqlTypeName.Interval => SqlType.Interval,
        _ => SqlType.Null,
    };

    /// <summary>Reads a type as it is written in SQL; false for any other text.</summary>
    public static bool TryParse(string text, out SqlDataType type)
    {
        type = default;
        try
        {
            var parser = Parser.Begin(text);
            type = parser.ParseType();
            return parser.Current.Kind == TokenKind.End;
        }
        catch (SqlException)
        {
            return false;
        }
    }

    /// <summary>The widest declared type of a kind.</summary>
    public static implicit operator SqlDataType(SqlType kind) => Of(kind);

    /// <summary>The widest declared type of a kind: BIGINT, DOUBLE, VARCHAR without a length, INTERVAL DAY TO SECOND
    /// and so on.</summary>
    public static SqlDataType Of(SqlType kind) => kind switch
    {
        SqlType.Boolean => new(SqlTypeName.Boolean),
        SqlType.Integer => new(SqlTypeName.BigInt),
        SqlType.Decimal => new(SqlTypeName.Decimal, DecimalDigitsMax),
        SqlType.Double => new(SqlTypeName.Double),
        SqlType.Text => new(SqlTypeName.VarChar),
        SqlType.Binary => new(SqlTypeName.VarBinary),
        SqlType.Date => new(SqlTypeName.Date),
        SqlType.Time => new(SqlTypeName.Time),
        SqlType.Timestamp => new(SqlTypeName.Timestamp),
        SqlType.Months => new(SqlTypeName.IntervalMonths, From: TimeUnit.Year, To: TimeUnit.Month),
        SqlType.Interval => new(SqlTypeName.Interval, From: TimeUnit.Day, To: TimeUnit.Second),
        _ => new(SqlTypeName.Null),
    };

    /// <summary>The type as it is written in SQL.</summary>
    public override string ToString() => Name switch
    {
        SqlTypeName.Decimal => string.Create(CultureInfo.InvariantCulture, $"DECIMAL({Precision},{Scale})"),
        SqlTypeName.IntervalMonths or SqlTypeName.Interval => From == To
            ? $"INTERVAL {Spell(From)}"
            : $"INTERVAL {Spell(From)} TO {Spell(To)}",
        _ => Precision == 0
            ? Name.ToString().ToUpperInvariant()
            : string.Create(CultureInfo.InvariantCulture, $"{Name.ToString().ToUpperInvariant()}({Precision})"),
    };

    private static string Spell(TimeUnit unit) => unit.ToString().ToUpperInvariant();
}
