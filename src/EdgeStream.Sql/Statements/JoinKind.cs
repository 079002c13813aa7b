namespace EdgeStream.Sql;

/// <summary>Which rows of a join come out without a partner.</summary>
internal enum JoinKind
{
    Inner = 0,
    Left,
    Right,
    Full,
}
