using Parley.Gateway.Configuration;
using Parley.Gateway.Routing;
using Parley.Gateway.Routing.Picking;

namespace Parley.Gateway.Tests.Routing.Picking;

/// <summary>The same prompt goes to the same target; who goes and comes moves its own prompts only (failures.md §2.10).</summary>
public sealed class PromptCachePickerTests
{
    private const int Keys = 40_000;

    [Fact]
    public void SameKey_SameTarget_SharesByWeight()
    {
        var members = PickerMembers.Of(4, 2, 1, 1);
        var (owners, again) = (Owners(members, members.All()), Owners(members, members.All()));
        Assert.Equal(owners, again);
        foreach (var (index, member) in members.Index())
            Assert.InRange(owners.Count(owner => owner == index), Keys * member.Weight / 8 * 0.95, Keys * member.Weight / 8 * 1.05);
    }

    [Fact]
    public void ATargetIsOut_MovesOnlyItsOwnKeys_SpreadByWeight()
    {
        var members = PickerMembers.Of(4, 2, 1, 1);
        var before = Owners(members, members.All());
        for (var lost = 0; lost < members.Length; lost++)
        {
            var after = Owners(members, members.All() & ~(1UL << lost));
            var moved = new int[members.Length];
            for (var key = 0; key < Keys; key++)
            {
                if (before[key] != lost) Assert.Equal(before[key], after[key]);
                else moved[after[key]]++;
            }

            var (total, weights) = (moved.Sum(), members.Where((_, index) => index != lost).Sum(static member => member.Weight));
            foreach (var (index, member) in members.Index().Where(pair => pair.Index != lost))
                Assert.InRange(moved[index], total * member.Weight / weights * 0.9, total * member.Weight / weights * 1.1);
        }
    }

    [Fact]
    public void ATargetIsAdded_TakesKeysOfOthersOnlyForItself()
    {
        var before = Owners(PickerMembers.Of(1, 1, 1), 0b111);
        var after = Owners(PickerMembers.Of(1, 1, 1, 1), 0b1111);
        Assert.All(before.Zip(after), static pair => Assert.True(pair.Second == pair.First || pair.Second == 3));
    }

    [Fact]
    public void OrderOfTheFile_DoesNotMatter()
    {
        var members = PickerMembers.Of(1, 1, 1);
        RouteTarget[] turned = [members[2], members[0], members[1]];
        Assert.Equal(Owners(members, 0b111).Select(owner => members[owner].Name), Owners(turned, 0b111).Select(owner => turned[owner].Name));
    }

    [Fact]
    public void NoPrompt_IsPickedByWeight()
    {
        var members = PickerMembers.Of(3, 1);
        var at = 0;
        Assert.Equal([300, 100], new TargetPickers(() => at++ / 400.0).Of(PickRule.PromptCache).Counts(members, 0b11, 400));
    }

    private static List<int> Owners(RouteTarget[] members, ulong candidates)
    {
        var random = new Random(5);
        var picker = new TargetPickers(static () => 0).Of(PickRule.PromptCache);
        return [.. Enumerable.Range(0, Keys).Select(_ => picker.Pick(members, candidates, new PickContext(0, (ulong)random.NextInt64() | 1)))];
    }
}
