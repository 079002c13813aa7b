namespace EdgeStream.Analytics;

/// <summary><c>TABLE(TUMBLE(…))</c> and its like: the rows of a relation, and the bounds of the windows that they lie
/// in.</summary>
internal sealed class WindowedRelation(AliasedRelation input, WindowKind kind, long slide, long size) : Relation
{
    public AliasedRelation Input => input;

    public WindowKind Kind => kind;

    /// <summary>How far apart windows begin, in microseconds.</summary>
    public long Slide => slide;

    /// <summary>How long they are, or how long a session's key is silent, in microseconds.</summary>
    public long Size => size;

    public override IReadOnlyList<SchemaColumn> StarColumns => input.Relation.StarColumns;

    public override int ColumnCount => input.Relation.ColumnCount;

    public override ColumnUse StarColumn(int index) => input.Relation.StarColumn(index);

    public override ColumnUse? Find(ColumnName name) =>
        input.IsMeantBy(name, out var rest) ? input.Relation.Find(rest) : input.Relation.Find(name);

    public override void Connect(QueryContext context, RowSink sink) => input.Relation.Connect(context, sink);
}
