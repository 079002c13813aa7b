namespace EdgeStream.Sql;

/// <summary>An aggregate function as a query names it: which one, over which type, with which options.</summary>
/// <remarks>Immutable, so threads may share it.</remarks>
public sealed class AggregateFunction
{
    /// <summary>How many different values DISTINCT keeps apart in one group.</summary>
    public const int DistinctMax = 65_536;

    /// <summary>How many values a sliding window's MIN, MAX, FIRST_VALUE or NTH_VALUE keeps in one group.</summary>
    public const int WindowValuesMax = 1 << 20;

    /// <summary>The function over arguments of a declared type, or of any type where there is none.</summary>
    /// <exception cref="ArgumentException">The function has no meaning for the type; the message says
    /// why.</exception>
    public AggregateFunction(AggregateKind kind, SqlDataType? argument)
    {
        Kind = kind;
        Argument = argument;
        ResultType = AggregateTypes.ResultOf(kind, argument);
    }

    /// <summary>Which function.</summary>
    public AggregateKind Kind { get; }

    /// <summary>The argument's type; null where only the record decides.</summary>
    public SqlDataType? Argument { get; }

    /// <summary>The result's type; null where only the records decide.</summary>
    public SqlDataType? ResultType { get; }

    /// <summary>Whether each different value counts once. MIN, MAX, FIRST_VALUE, LAST_VALUE, NTH_VALUE and EXP_AVG
    /// ignore it.</summary>
    public bool IsDistinct { get; init; }

    /// <summary>Which value NTH_VALUE is, from 1.</summary>
    public int Position { get; init; } = 1;

    /// <summary>Whether NTH_VALUE counts from the last value backwards.</summary>
    public bool IsFromLast { get; init; }

    /// <summary>Whether FIRST_VALUE, LAST_VALUE and NTH_VALUE pass NULLs over.</summary>
    public bool IgnoresNulls { get; init; }

    /// <summary>EXP_AVG's interval in microseconds, at least 1: a value that is so much older than the newest one
    /// weighs half as much.</summary>
    public long HalfLifeMicroseconds { get; init; } = 1;

    /// <summary>Finds a function by its name in any case; COUNT is <see cref="AggregateKind.Count"/>.</summary>
    public static bool TryFind(string name, out AggregateKind kind) => AggregateTypes.TryFind(name, out kind);

    /// <summary>An empty state.</summary>
    /// <param name="isRemovable">Whether values will be taken back, as a sliding window does; such a state of MIN, MAX,
    /// FIRST_VALUE and NTH_VALUE keeps values of the window.</param>
    public AggregateState Create(bool isRemovable) => AggregateTypes.Create(this, isRemovable);
}
