using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>COUNT_DISTINCT_ITEMS_TUMBLING: how many different items a window has.</summary>
internal sealed class DistinctItemsFunction : TumblingItems
{
    private static readonly SchemaColumn[] Given =
        [new("NUMBER_OF_DISTINCT_ITEMS", SqlDataType.Of(SqlType.Integer))];

    private readonly DistinctItemsWindow _window;
    private readonly RowBuffer _row = new(Given.Length);

    private DistinctItemsFunction(DistinctItemsWindow window, int slot)
        : base(window, slot)
    {
        _window = window;
    }

    public override IReadOnlyList<SchemaColumn> Columns => Given;

    public static DistinctItemsFunction Make(TableFunctionCall call)
    {
        var arguments = new FunctionArguments(call, 2, "'columnName'", "windowSizeInSeconds");
        var slot = arguments.Column(0);
        var seconds = arguments.Whole(1, 1, TumblingFunction.WindowSecondsMax);
        return new DistinctItemsFunction(new DistinctItemsWindow(seconds), slot);
    }

    protected override void Close(long end, RowSink next)
    {
        _row.Begin(end);
        _row.SetInteger(0, SqlType.Integer, _window.Close());
        next.Take(_row);
    }
}
