using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>A relation and the name that its columns may have before theirs; null where it has none.</summary>
internal sealed record AliasedRelation(Relation Relation, Token? Alias, JoinWindow Window = default)
{
    /// <summary>Whether a name says that it means a column of this one.</summary>
    public bool IsMeantBy(ColumnName name, out ColumnName rest)
    {
        rest = name;
        if (Relation is JoinRelation join)
        {
            return join.Sources().Any(source => name.IsQualifiedBy(source.Alias));
        }

        var isMeant = name.IsQualifiedBy(Alias);
        rest = isMeant ? name.Rest : name;
        return isMeant;
    }
}
