using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>What names behind FROM and JOIN stand for.</summary>
internal interface ISourceCatalog
{
    /// <summary>The stream of a name.</summary>
    /// <exception cref="SqlException">There is none.</exception>
    Relation Stream(Token name, HistorySyntax? history);

    /// <summary>The table of a name; null where a name stands for none.</summary>
    ReferenceTable? Table(Token name);
}
