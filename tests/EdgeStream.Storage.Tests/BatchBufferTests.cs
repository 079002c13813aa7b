namespace EdgeStream.Storage.Tests;

/// <summary>What a buffer between producers and committer takes of memory.</summary>
public sealed class BatchBufferTests
{
    private const int UsualSizeBytes = 64 << 10;
    private const int PageSizeBytes = 4 << 10;

    /// <summary>The head of an array, and how its length is rounded.</summary>
    private const int ArrayOverheadBytes = 64;

    [Fact]
    public void A_buffer_that_is_filled_to_its_limit_and_padded_to_a_page_does_not_double_once_more_for_that()
    {
        var buffer = new BatchBuffer(UsualSizeBytes);
        while (buffer.SizeBytes < UsualSizeBytes / 2)
        {
            buffer.AddPad(PageSizeBytes);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        while (buffer.SizeBytes < UsualSizeBytes)
        {
            buffer.AddPad(PageSizeBytes / 2);
        }

        buffer.AddPad((2 * PageSizeBytes) - 1);
        Assert.InRange(
            GC.GetAllocatedBytesForCurrentThread() - before,
            UsualSizeBytes,
            UsualSizeBytes + (2 * PageSizeBytes) + ArrayOverheadBytes);
    }

    [Fact]
    public void What_is_larger_than_the_limit_gets_what_it_needs()
    {
        const int Large = 3 * UsualSizeBytes;
        var buffer = new BatchBuffer(UsualSizeBytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        buffer.AddPad(Large);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, Large, Large + ArrayOverheadBytes);
        Assert.Equal(Large, buffer.SizeBytes);
    }
}
