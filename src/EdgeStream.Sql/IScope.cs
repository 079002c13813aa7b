namespace EdgeStream.Sql;

/// <summary>What names and calls mean where columns are not JSON paths.</summary>
internal interface IScope
{
    /// <summary>The meaning of a piece of syntax; null where it has the meaning that it has anywhere.</summary>
    /// <exception cref="SqlException">A name is not known.</exception>
    Expression? TryBind(Syntax syntax, Binder binder);
}
