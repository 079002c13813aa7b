namespace EdgeStream.Sql;

/// <summary>Numbers in the order of their coming, in a ring that grows by doubling and keeps its memory; bounded by its
/// owner.</summary>
internal sealed class NumberQueue
{
    private const int InitialCount = 4;

    private long[] _numbers = new long[InitialCount];
    private int _head;

    public int Count { get; private set; }

    public int SizeBytes => _numbers.Length * sizeof(long);

    public long this[int index] => _numbers[Place(index)];

    public void Push(long number)
    {
        if (Count == _numbers.Length)
        {
            var grown = new long[_numbers.Length * 2];
            for (var index = 0; index < Count; index++)
            {
                grown[index] = this[index];
            }

            (_numbers, _head) = (grown, 0);
        }

        _numbers[Place(Count++)] = number;
    }

    public void PopOldest()
    {
        _head = Place(1);
        Count--;
    }

    public void PopNewest() => Count--;

    public void Clear() => Count = _head = 0;

    private int Place(int index) => (_head + index) & (_numbers.Length - 1);
}
