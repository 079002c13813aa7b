using System.Text;
using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>TOP_K_ITEMS_TUMBLING: the most frequent items of a window, the most frequent first.</summary>
internal sealed class TopItemsFunction : TumblingItems
{
    private static readonly SchemaColumn[] Given =
    [
        new("ITEM", SqlDataType.Of(SqlType.Text)),
        new("ITEM_COUNT", SqlDataType.Of(SqlType.Integer)),
    ];

    private readonly TopItemsWindow _window;
    private readonly RowBuffer _row = new(Given.Length);

    private TopItemsFunction(TopItemsWindow window, int slot)
        : base(window, slot)
    {
        _window = window;
    }

    public override IReadOnlyList<SchemaColumn> Columns => Given;

    public static TopItemsFunction Make(TableFunctionCall call)
    {
        var arguments = new FunctionArguments(call, 3, "'columnName'", "K", "windowSizeInSeconds");
        var slot = arguments.Column(0);
        var items = arguments.Whole(1, 1, TopItemsWindow.ItemsMax);
        var seconds = arguments.Whole(2, 1, TumblingFunction.WindowSecondsMax);
        return new TopItemsFunction(new TopItemsWindow(items, seconds), slot);
    }

    protected override void Close(long end, RowSink next)
    {
        foreach (var (item, count) in _window.Close())
        {
            Bytes.Clear();
            Encoding.UTF8.GetBytes(item, Bytes);
            _row.Begin(end);
            _row.Set(0, SqlValue.Of(Bytes.Written));
            _row.SetInteger(1, SqlType.Integer, count);
            next.Take(_row);
        }
    }
}
