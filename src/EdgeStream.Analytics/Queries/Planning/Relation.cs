using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Where a select has its rows from, while it is planned; connected when everything is planned.</summary>
/// <remarks>The columns of an input without a declared schema grow while a query is planned. So the number of columns
/// counts only when operators are made.</remarks>
internal abstract class Relation
{
    /// <summary>The columns that a star stands for.</summary>
    public abstract IReadOnlyList<SchemaColumn> StarColumns { get; }

    /// <summary>How many columns a row has.</summary>
    public abstract int ColumnCount { get; }

    /// <summary>Whether any name is a column, since no schema is declared.</summary>
    public virtual bool IsOpen => false;

    /// <summary>One of the columns that a star stands for.</summary>
    public abstract ColumnUse StarColumn(int index);

    /// <summary>Finds a column; null where there is none of this name.</summary>
    /// <exception cref="SqlException">The name stands for more than one column.</exception>
    public abstract ColumnUse? Find(ColumnName name);

    /// <summary>Has the rows go to an operator.</summary>
    public abstract void Connect(QueryContext context, RowSink sink);
}
