using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Parley.Simulator;

/// <summary>What one simulator remembers between requests. Everything is bounded; the oldest goes first.</summary>
internal sealed class SimulatorState(SimulatorOptions options)
{
    private const int MostAgents = 64;

    private static int instances;

    private readonly int instance = Interlocked.Increment(ref instances);
    private int made;
    private long uploaded;

    public ResponseStore Responses { get; } = new(options.StoredResponses);

    public BoundedStore<StoredFile> Files { get; } = new(options.StoredFiles);

    public BoundedStore<StoredBatch> Batches { get; } = new(options.StoredFiles);

    /// <summary>How many bytes of uploads have arrived, those in progress included.</summary>
    public long UploadedBytes => Interlocked.Read(ref uploaded);

    public BoundedStore<AgentThread> Threads { get; } = new(options.StoredThreads);

    public BoundedStore<Conversation> Conversations { get; } = new(options.StoredConversations);

    /// <summary>New agents that were made, by name, as they are answered.</summary>
    public BoundedStore<JsonObject> Agents { get; } = new(MostAgents);

    public void Uploaded(int bytes) => Interlocked.Add(ref uploaded, bytes);

    /// <summary>
    /// An id that this simulator has not given before, and no other one of this process either: what one holds, another does not know.
    /// </summary>
    public string NewId(string prefix, int length)
    {
        var number = Interlocked.Increment(ref made);
        return string.Concat(prefix, Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{instance}/{number}"))).AsSpan(0, length));
    }
}
